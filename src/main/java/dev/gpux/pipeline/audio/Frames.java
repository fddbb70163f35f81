package dev.gpux.pipeline.audio;

/**
 * Frames that overlap: frame {@code t} is {@code size} samples from {@code t * hop} on. Immutable.
 *
 * @param size samples of a frame
 * @param hop samples from one frame to the next
 * @param centered whether frame {@code t} has sample {@code t * hop} in its middle; then the sound goes on beyond its ends,
 *     mirrored without repeating the last sample, by {@code size / 2} samples
 */
public record Frames(int size, int hop, boolean centered) {
    /** How many whole frames a sound has. */
    public int count(int samples) {
        long length = samples + (centered ? 2L * (size / 2) : 0);
        return length < size ? 0 : Math.toIntExact((length - size) / hop + 1);
    }

    /**
     * Copies a frame.
     *
     * @throws SoundException if the sound is too short to be mirrored
     */
    public void copy(float[] samples, int frame, double[] into) {
        int start = frame * hop - (centered ? size / 2 : 0);
        if (centered && samples.length <= size / 2) {
            throw new SoundException("the sound has " + samples.length + " samples, fewer than half a frame of " + size);
        }
        int last = samples.length - 1;
        for (int i = 0; i < size; i++) {
            int at = start + i;
            into[i] = samples[at < 0 ? -at : at > last ? 2 * last - at : at];
        }
    }
}
