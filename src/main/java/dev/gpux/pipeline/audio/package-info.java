/**
 * Sounds: {@link dev.gpux.pipeline.audio.Wav} reads files, {@link dev.gpux.pipeline.audio.Resampler} changes the sampling
 * rate, {@link dev.gpux.pipeline.audio.Spectrogram} and {@link dev.gpux.pipeline.audio.MelFilters} make what speech models
 * listen to. The tests carry reference values by NumPy, and the script that made them.
 *
 * <p>Files are untrusted: whatever is in one, reading gives samples or a {@link dev.gpux.pipeline.audio.SoundException},
 * and no more memory than the samples take.
 */
package dev.gpux.pipeline.audio;
