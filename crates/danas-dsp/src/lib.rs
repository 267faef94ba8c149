//! Audio preprocessing to librosa's definitions: decoding, resampling, spectrogram, mel spectrogram and MFCC.
