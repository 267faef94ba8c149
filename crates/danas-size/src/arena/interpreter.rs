//! The allocations of the interpreter while it gets ready to run a model.
//!
//! Sources in TensorFlow Lite Micro's `micro`: `micro_interpreter.cc` (`AllocateTensors`),
//! `micro_interpreter_graph.cc`, `micro_allocator.cc` and `micro_allocation_info.cc`.

use super::{
    ALIGNMENT, INT32,
    kernel::{Act, Kernel},
    memory::{Memory, up},
    planner::{Buffer, planned},
    platform::Platform,
    structures::{Layout, PLANNED_BUFFER, REQUESTS_PER_OPERATOR, Structures},
};
use crate::graph::{Graph, Operator, Tensor, TensorId};

/// The memory that a model takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) head: u64,
    pub(super) tail: u64,
    pub(super) needed: u64,
}

/// Returns the memory that the interpreter of a platform takes for a model.
pub(super) fn allocate(graph: &Graph, platform: Platform) -> Taken {
    let structures = Structures::of(platform.machine);
    let interpreter = Interpreter { graph, platform, structures, memory: Memory::default() };
    interpreter.run()
}

struct Interpreter<'a> {
    graph: &'a Graph,
    platform: Platform,
    structures: &'static Structures,
    memory: Memory,
}

impl<'a> Interpreter<'a> {
    fn run(mut self) -> Taken {
        self.start();
        let requests = self.prepare();
        let head = self.plan(&requests);
        self.finish(head);
        Taken { head, tail: self.memory.tail(), needed: up(self.memory.needed(), ALIGNMENT) }
    }

    /// Allocates the tables, the options of operators, and what kernels keep from the begin.
    fn start(&mut self) {
        let structures = self.structures;
        let (allocators, subgraphs) =
            structures.allocators.split_at(structures.allocators.len() - 1);
        allocators.iter().for_each(|&allocator| self.memory.persist(allocator));
        self.reserve_requests(0);
        subgraphs.iter().for_each(|&subgraph| self.memory.persist(subgraph));
        self.memory.persist(structures.eval_tensor.times(self.graph.tensors.len() as u64));
        self.memory.persist(structures.node.times(self.graph.operators.len() as u64));
        for kernel in self.kernels() {
            if let Some(options) = kernel.options() {
                self.memory.persist(options);
            }
        }
        for kernel in self.kernels() {
            if let Some(data) = kernel.data() {
                self.memory.persist(Layout::new(data, ALIGNMENT));
            }
        }
    }

    /// Lets each kernel prepare, and returns the buffers that they request.
    fn prepare(&mut self) -> Vec<Buffer> {
        let mut requests = Vec::new();
        for (index, kernel) in self.kernels().enumerate() {
            for act in kernel.preparation() {
                match act {
                    Act::Inspect(tensor) => self.inspect(tensor),
                    Act::Keep(bytes) => self.memory.persist(Layout::new(bytes, ALIGNMENT)),
                    Act::Request(bytes) => {
                        requests.push(Buffer { bytes: up(bytes, ALIGNMENT), alive: [index; 2] });
                    }
                }
            }
            self.reserve_requests(requests.len() as u64);
        }
        requests
    }

    /// Plans where activations and requested buffers lie, and returns the memory that they take.
    fn plan(&mut self, requests: &[Buffer]) -> u64 {
        let structures = self.structures;
        if !requests.is_empty() {
            // A pointer to each buffer.
            self.memory.persist(structures.pointer.times(requests.len() as u64));
        }
        self.memory.borrow(structures.pointer); // the offset of the only subgraph
        let allocations = self.graph.tensors.len() + requests.len();
        self.memory.borrow(structures.allocation.times(allocations as u64));
        let mut buffers = activations(self.graph);
        buffers.extend(requests);
        let planned_buffers = PLANNED_BUFFER.saturating_mul(buffers.len() as u64);
        self.memory.borrow_rest(planned_buffers, ALIGNMENT);
        planned(&buffers)
    }

    /// Allocates the input and the output, next to a head of `head` bytes.
    fn finish(&mut self, head: u64) {
        self.memory.reserve(head);
        for TensorId(index) in [self.graph.input.tensor, self.graph.output.tensor] {
            let Some(tensor) = self.graph.tensors.get(index as usize) else { continue };
            self.memory.persist(Layout { alignment: ALIGNMENT, ..self.structures.pointer });
            for part in self.tensor(tensor) {
                self.memory.persist(part);
            }
        }
    }

    fn inspect(&mut self, tensor: &Tensor) {
        for part in self.tensor(tensor) {
            self.memory.borrow(part);
        }
    }

    /// Returns the parts of a tensor's structure: those after the first one for its quantisation.
    fn tensor(&self, tensor: &Tensor) -> impl Iterator<Item = Layout> + use<> {
        let Structures { tensor: whole, quantisation, .. } = *self.structures;
        // The zero points, with their number before them.
        let zero_points = Layout::new(INT32, INT32).times(tensor.scales as u64 + 1);
        let parts = [quantisation, zero_points];
        let is_quantised = tensor.scales > 0;
        [whole].into_iter().chain(parts.into_iter().filter(move |_| is_quantised))
    }

    /// Frees temporary buffers. What is left are the requests so far, and room for those of one
    /// more operator.
    fn reserve_requests(&mut self, requests: u64) {
        let requests = requests.saturating_add(REQUESTS_PER_OPERATOR);
        self.memory.reserve(self.structures.request.times(requests).bytes);
    }

    fn kernels(&self) -> impl Iterator<Item = Kernel<'a>> + use<'a> {
        let (graph, platform) = (self.graph, self.platform);
        graph.operators.iter().map(move |operator| Kernel { graph, operator, platform })
    }
}

/// Returns the buffers of the tensors that are computed, in the order of the file. Each is used from
/// the operator that writes it to the last one that reads it.
fn activations(graph: &Graph) -> Vec<Buffer> {
    let last = graph.operators.len().saturating_sub(1);
    let computed = graph.tensors.iter().zip(0..).filter(|(tensor, _)| tensor.content.is_computed());
    let buffers = computed.map(|(tensor, index)| {
        let id = TensorId(index);
        let writes = |operator: &Operator| operator.output == id;
        let reads = |operator: &Operator| operator.inputs.contains(&id);
        let from = graph.operators.iter().position(writes).unwrap_or(0);
        let to = graph.operators.iter().rposition(reads).unwrap_or(last);
        Buffer { bytes: up(tensor.bytes(), ALIGNMENT), alive: [from, to.max(from)] }
    });
    buffers.collect()
}
