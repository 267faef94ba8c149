//! Coefficients that `cargo xtask instructions` fits and writes.

use super::{core::Core, table::Table};
use crate::format::DeployedFormat;

pub(super) const fn reference_table(core: Core, format: DeployedFormat) -> &'static Table {
    use DeployedFormat::{Float32, Int8};
    match (core, format) {
        (Core::M0Plus, Float32) => &REFERENCE_M0_FLOAT32,
        (Core::M0Plus, Int8) => &REFERENCE_M0_INT8,
        (Core::M4, Float32) => &REFERENCE_M4_FLOAT32,
        (Core::M4, Int8) => &REFERENCE_M4_INT8,
        (Core::M7, Float32) => &REFERENCE_M7_FLOAT32,
        (Core::M7, Int8) => &REFERENCE_M7_INT8,
        (Core::M55, Float32) => &REFERENCE_M55_FLOAT32,
        (Core::M55, Int8) => &REFERENCE_M55_INT8,
    }
}

/// Returns the table of the kernels that are compiled with CMSIS-NN. Those for floats are the reference
/// kernels, which the compiler makes slightly different instructions of.
pub(super) const fn cmsis_nn_table(core: Core, format: DeployedFormat) -> &'static Table {
    use DeployedFormat::{Float32, Int8};
    match (core, format) {
        (Core::M0Plus, Float32) => &CMSIS_NN_M0_FLOAT32,
        (Core::M0Plus, Int8) => &CMSIS_NN_M0_INT8,
        (Core::M4, Float32) => &CMSIS_NN_M4_FLOAT32,
        (Core::M4, Int8) => &CMSIS_NN_M4_INT8,
        (Core::M7, Float32) => &CMSIS_NN_M7_FLOAT32,
        (Core::M7, Int8) => &CMSIS_NN_M7_INT8,
        (Core::M55, Float32) => &CMSIS_NN_M55_FLOAT32,
        (Core::M55, Int8) => &CMSIS_NN_M55_INT8,
    }
}

const REFERENCE_M0_FLOAT32: Table = Table {
    convolution: &[176.0, 40.7, 17.49, 59.65, 202.6, 711.8],
    pointwise: &[],
    depthwise: &[188.7, 20.52, 15.24, 204.3, 833.7],
    depthwise_3x3: &[],
    dense: &[172.1, 176.0, 482.3],
    max_pool: &[46.94, 23.66, 113.3, 722.3],
    average_pool: &[132.6, 29.8, 409.8, 422.1],
    mean: &[228.4, 303.7, 592.1],
    sigmoid: &[2621.0, 0.0],
    softmax: &[2418.0, 0.0],
    reshape: &[3.233, 174.4],
    shape: &[108.0, 1020.0, 268.0],
    interpreter: &[66.91],
};

const REFERENCE_M0_INT8: Table = Table {
    convolution: &[8.006, 63.56, 8.296, 29.14, 185.7, 733.5],
    pointwise: &[],
    depthwise: &[40.2, 7.274, 16.93, 234.0, 731.8],
    depthwise_3x3: &[],
    dense: &[11.63, 137.1, 596.5],
    max_pool: &[10.65, 28.12, 79.91, 481.9],
    average_pool: &[7.988, 13.12, 131.3, 357.0],
    mean: &[165.9, 116.5, 3670.0],
    sigmoid: &[1419.0, 297.6],
    softmax: &[1932.0, 1000.0],
    reshape: &[0.8166, 174.1],
    shape: &[108.0, 1020.0, 268.0],
    interpreter: &[66.95],
};

const REFERENCE_M4_FLOAT32: Table = Table {
    convolution: &[5.994, 18.68, 13.35, 22.76, 48.18, 540.7],
    pointwise: &[],
    depthwise: &[8.315, 12.92, 20.27, 62.99, 522.8],
    depthwise_3x3: &[],
    dense: &[5.001, 20.82, 379.4],
    max_pool: &[9.205, 11.22, 24.96, 455.1],
    average_pool: &[7.115, 12.24, 26.22, 307.8],
    mean: &[146.7, 1.28, 471.9],
    sigmoid: &[76.22, 147.6],
    softmax: &[84.76, 205.0],
    reshape: &[2.121, 139.7],
    shape: &[88.0, 768.0, 212.0],
    interpreter: &[56.1],
};

const REFERENCE_M4_INT8: Table = Table {
    convolution: &[6.003, 30.66, 7.274, 16.02, 85.79, 549.2],
    pointwise: &[],
    depthwise: &[21.73, 6.571, 14.96, 117.3, 524.7],
    depthwise_3x3: &[],
    dense: &[6.935, 57.59, 389.4],
    max_pool: &[7.914, 14.6, 54.6, 309.7],
    average_pool: &[6.031, 12.61, 51.3, 256.6],
    mean: &[140.7, 38.26, 872.0],
    sigmoid: &[365.2, 95.91],
    softmax: &[451.9, 377.5],
    reshape: &[0.5289, 143.6],
    shape: &[88.0, 768.0, 212.0],
    interpreter: &[56.13],
};

const REFERENCE_M7_FLOAT32: Table = Table {
    convolution: &[5.994, 18.66, 13.36, 20.75, 43.87, 537.7],
    pointwise: &[],
    depthwise: &[6.801, 13.41, 28.38, 59.73, 525.2],
    depthwise_3x3: &[],
    dense: &[5.0, 19.88, 376.3],
    max_pool: &[9.207, 11.07, 23.69, 455.8],
    average_pool: &[7.12, 12.23, 25.19, 312.9],
    mean: &[145.7, 1.22, 477.4],
    sigmoid: &[52.0, 184.0],
    softmax: &[53.91, 223.6],
    reshape: &[2.121, 143.6],
    shape: &[92.0, 772.0, 216.0],
    interpreter: &[56.03],
};

const REFERENCE_M7_INT8: Table = Table {
    convolution: &[6.005, 31.61, 7.306, 16.03, 84.82, 520.4],
    pointwise: &[],
    depthwise: &[20.32, 6.923, 21.92, 111.5, 513.6],
    depthwise_3x3: &[],
    dense: &[6.934, 55.62, 386.5],
    max_pool: &[7.915, 14.61, 53.59, 314.0],
    average_pool: &[6.093, 12.32, 53.55, 259.9],
    mean: &[131.6, 38.14, 891.0],
    sigmoid: &[447.7, 102.8],
    softmax: &[561.0, 431.9],
    reshape: &[0.5283, 146.5],
    shape: &[92.0, 772.0, 216.0],
    interpreter: &[56.11],
};

const REFERENCE_M55_FLOAT32: Table = Table {
    convolution: &[3.997, 20.61, 13.38, 22.85, 42.47, 544.9],
    pointwise: &[],
    depthwise: &[8.198, 13.0, 19.21, 60.54, 516.5],
    depthwise_3x3: &[],
    dense: &[4.001, 24.85, 369.1],
    max_pool: &[8.155, 11.48, 24.17, 469.5],
    average_pool: &[5.074, 13.38, 25.1, 319.6],
    mean: &[145.5, 0.6457, 459.4],
    sigmoid: &[51.0, 181.9],
    softmax: &[53.02, 225.5],
    reshape: &[2.247, 140.1],
    shape: &[86.0, 785.0, 223.0],
    interpreter: &[57.18],
};

const REFERENCE_M55_INT8: Table = Table {
    convolution: &[5.003, 34.09, 6.877, 13.74, 86.68, 571.0],
    pointwise: &[],
    depthwise: &[23.55, 6.702, 13.93, 120.5, 531.4],
    depthwise_3x3: &[],
    dense: &[5.935, 59.98, 392.8],
    max_pool: &[5.903, 15.66, 54.99, 328.2],
    average_pool: &[3.97, 13.76, 51.35, 259.0],
    mean: &[134.4, 37.99, 859.3],
    sigmoid: &[375.8, 92.18],
    softmax: &[468.0, 393.1],
    reshape: &[0.5612, 142.9],
    shape: &[86.0, 785.0, 223.0],
    interpreter: &[57.33],
};

const CMSIS_NN_M0_FLOAT32: Table = Table {
    convolution: &[176.0, 23.5, 16.36, 54.76, 205.6, 704.3],
    pointwise: &[],
    depthwise: &[188.4, 20.67, 15.29, 195.7, 810.3],
    depthwise_3x3: &[],
    dense: &[172.0, 178.3, 463.3],
    max_pool: &[46.95, 23.66, 113.3, 713.5],
    average_pool: &[132.6, 29.74, 409.8, 412.9],
    mean: &[228.4, 303.7, 592.1],
    sigmoid: &[2621.0, 0.0],
    softmax: &[2393.0, 0.0],
    reshape: &[3.233, 174.4],
    shape: &[108.0, 1020.0, 268.0],
    interpreter: &[67.0],
};

const CMSIS_NN_M0_INT8: Table = Table {
    convolution: &[24.8, 0.0, 409.2, 12.86, 59.65, 36.85, 8.71, 156.2, 1136.0],
    pointwise: &[24.19, 0.0, 396.3, 7.655, 115.3, 8.112, 296.2, 222.8],
    depthwise: &[26.93, 38.97, 189.1, 23.46, 823.2],
    depthwise_3x3: &[106.9, 0.0, 23.77, 39.87, 404.6, 86.01, 90.97, 753.5],
    dense: &[17.98, 7.918, 101.4, 608.9],
    max_pool: &[159.0, 15.84, 17.03, 0.0, 109.2, 569.4],
    average_pool: &[17.32, 13.51, 104.9, 38.57, 466.6],
    mean: &[165.9, 116.5, 3670.0],
    sigmoid: &[1419.0, 297.6],
    softmax: &[1946.0, 316.9],
    reshape: &[0.8166, 174.1],
    shape: &[108.0, 1020.0, 268.0],
    interpreter: &[66.94],
};

const CMSIS_NN_M4_FLOAT32: Table = Table {
    convolution: &[4.995, 11.57, 19.44, 24.69, 51.77, 547.2],
    pointwise: &[],
    depthwise: &[8.211, 12.99, 20.24, 66.58, 526.0],
    depthwise_3x3: &[],
    dense: &[5.001, 20.86, 378.2],
    max_pool: &[9.207, 11.22, 24.96, 450.3],
    average_pool: &[7.117, 12.23, 26.22, 302.8],
    mean: &[146.7, 1.28, 471.9],
    sigmoid: &[76.22, 147.6],
    softmax: &[84.81, 202.4],
    reshape: &[2.121, 139.7],
    shape: &[88.0, 768.0, 212.0],
    interpreter: &[56.02],
};

const CMSIS_NN_M4_INT8: Table = Table {
    convolution: &[26.76, 10.26, 183.1, 2.783, 46.35, 40.43, 2.463, 125.1, 686.9],
    pointwise: &[24.82, 11.11, 168.3, 5.098, 53.43, 4.359, 249.4, 179.4],
    depthwise: &[22.37, 0.0, 0.0, 11.02, 34.62, 3.883, 45.56, 90.74, 569.6],
    depthwise_3x3: &[8.921, 0.0, 21.4, 25.96, 147.5, 47.96, 71.9, 559.4],
    dense: &[15.05, 7.724, 10.26, 24.72, 49.49, 416.6],
    max_pool: &[31.32, 8.066, 18.58, 2.741, 59.86, 406.5],
    average_pool: &[6.056, 15.8, 12.6, 66.31, 353.9],
    mean: &[140.7, 38.26, 872.0],
    sigmoid: &[365.2, 95.91],
    softmax: &[523.9, 214.7],
    reshape: &[0.5289, 143.6],
    shape: &[88.0, 768.0, 212.0],
    interpreter: &[56.3],
};

const CMSIS_NN_M7_FLOAT32: Table = Table {
    convolution: &[4.995, 11.57, 19.44, 24.69, 51.77, 549.3],
    pointwise: &[],
    depthwise: &[8.21, 12.99, 20.24, 66.59, 526.1],
    depthwise_3x3: &[],
    dense: &[5.001, 20.83, 379.4],
    max_pool: &[9.203, 11.09, 23.67, 449.9],
    average_pool: &[7.116, 12.24, 25.2, 305.3],
    mean: &[145.7, 1.22, 477.4],
    sigmoid: &[52.0, 184.0],
    softmax: &[54.91, 238.0],
    reshape: &[2.121, 143.6],
    shape: &[92.0, 772.0, 216.0],
    interpreter: &[56.15],
};

const CMSIS_NN_M7_INT8: Table = Table {
    convolution: &[26.74, 9.971, 183.8, 2.787, 44.44, 43.4, 2.393, 138.6, 750.4],
    pointwise: &[24.32, 10.73, 169.8, 5.088, 53.39, 4.268, 242.7, 186.9],
    depthwise: &[18.86, 0.0, 0.0, 11.15, 34.13, 4.052, 44.61, 97.17, 577.0],
    depthwise_3x3: &[8.999, 0.0, 20.71, 25.86, 148.8, 48.26, 71.8, 567.8],
    dense: &[15.06, 7.776, 10.09, 24.07, 49.71, 420.4],
    max_pool: &[31.32, 8.07, 18.65, 2.714, 59.84, 416.9],
    average_pool: &[6.049, 15.79, 12.62, 64.23, 355.7],
    mean: &[131.6, 38.14, 891.0],
    sigmoid: &[447.7, 102.8],
    softmax: &[532.9, 234.3],
    reshape: &[0.5283, 146.5],
    shape: &[92.0, 772.0, 216.0],
    interpreter: &[56.19],
};

const CMSIS_NN_M55_FLOAT32: Table = Table {
    convolution: &[3.997, 15.61, 16.41, 23.68, 45.8, 550.4],
    pointwise: &[],
    depthwise: &[8.206, 13.0, 19.2, 60.53, 522.5],
    depthwise_3x3: &[],
    dense: &[4.0, 24.82, 367.7],
    max_pool: &[8.157, 11.48, 24.17, 465.0],
    average_pool: &[5.076, 13.38, 25.1, 315.4],
    mean: &[145.5, 0.6457, 459.4],
    sigmoid: &[51.0, 181.9],
    softmax: &[53.17, 219.1],
    reshape: &[2.247, 140.1],
    shape: &[86.0, 785.0, 223.0],
    interpreter: &[57.36],
};

const CMSIS_NN_M55_INT8: Table = Table {
    convolution: &[10.99, 56.85, 4.786, 27.94, 36.55, 20.11, 2.723, 346.4, 407.3],
    pointwise: &[11.68, 61.25, 7.089, 22.46, 45.58, 85.53, 340.2],
    depthwise: &[16.0, 104.1, 6.222, 47.01, 16.39, 3.666, 74.86, 691.3],
    depthwise_3x3: &[],
    dense: &[30.09, 13.05, 54.06, 39.56, 429.9],
    max_pool: &[15.65, 20.55, 5.822, 17.03, 408.3],
    average_pool: &[24.74, 1.815, 191.4, 28.5, 362.9],
    mean: &[134.4, 37.99, 859.3],
    sigmoid: &[375.8, 92.17],
    softmax: &[561.9, 219.8],
    reshape: &[0.5612, 142.9],
    shape: &[86.0, 785.0, 223.0],
    interpreter: &[57.32],
};
