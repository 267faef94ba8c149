//! Training engines for small convolutional networks, and the metrics of what they trained.
