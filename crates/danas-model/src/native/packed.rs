//! Convolution kernels, packed in the order in which they are read.

/// A kernel in the order in which tiles of filters read it.
///
/// For each group of channels, and each tile of its filters, the values are
/// `[kernel row, channel, kernel column, filter of the tile]`.
#[derive(Debug, Default)]
pub(super) struct Packed {
    pub(super) groups: usize,
    /// Number of filters in a group.
    pub(super) filters: usize,
    /// Number of input channels in a group.
    pub(super) channels: usize,
    /// Height and width of the kernel.
    pub(super) size: [usize; 2],
    values: Vec<f32>,
}

impl Packed {
    /// Creates an empty packing for a kernel `[groups · filters, height, width, channels]`.
    pub(super) const fn new(
        groups: usize,
        filters: usize,
        channels: usize,
        size: [usize; 2],
    ) -> Self {
        Self { groups, filters, channels, size, values: Vec::new() }
    }

    /// Creates an empty packing for the transposed convolution, which takes gradients back through
    /// this kernel: filters and channels change roles.
    pub(super) const fn transposed(&self) -> Self {
        Self::new(self.groups, self.channels, self.filters, self.size)
    }

    /// Packs a kernel `[groups · filters, height, width, channels]`.
    pub(super) fn pack(&mut self, kernel: &[f32]) {
        let [height, width] = self.size;
        let (filters, channels) = (self.filters, self.channels);
        self.pack_with(|filter, y, x, channel| {
            kernel[((filter * height + y) * width + x) * channels + channel]
        });
        debug_assert_eq!(self.values.len(), self.groups * filters * height * width * channels);
    }

    /// Packs the kernel `[groups · channels, height, width, filters]` of the convolution that this
    /// one transposes, rotated by 180°.
    pub(super) fn pack_transposed(&mut self, kernel: &[f32]) {
        let [height, width] = self.size;
        let (filters, channels) = (self.filters, self.channels);
        self.pack_with(|filter, y, x, channel| {
            let (group, filter) = (filter / filters, filter % filters);
            let (y, x) = (height - 1 - y, width - 1 - x);
            kernel[(((group * channels + channel) * height + y) * width + x) * filters + filter]
        });
    }

    fn pack_with(&mut self, at: impl Fn(usize, usize, usize, usize) -> f32) {
        let [height, width] = self.size;
        self.values.clear();
        for group in 0..self.groups {
            for (first, tile) in tiles(self.filters) {
                let first = group * self.filters + first;
                for y in 0..height {
                    for channel in 0..self.channels {
                        for x in 0..width {
                            let filters = first..first + tile;
                            self.values.extend(filters.map(|filter| at(filter, y, x, channel)));
                        }
                    }
                }
            }
        }
    }

    /// Returns the weights of a tile of filters of a group.
    #[inline(always)]
    pub(super) fn tile(&self, group: usize, first: usize, tile: usize) -> &[f32] {
        let each = self.channels * self.size[0] * self.size[1];
        let start = (group * self.filters + first) * each;
        &self.values[start..start + tile * each]
    }
}

/// Splits `filters` filters into tiles: the first filter of each, and how many it has.
#[inline(always)]
pub(super) fn tiles(filters: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut first = 0;
    std::iter::from_fn(move || {
        let tile = match filters - first {
            0 => return None,
            1 => 1,
            2 | 3 => 2,
            _ => 4,
        };
        first += tile;
        Some((first - tile, tile))
    })
}
