package dev.gpux.pipeline.audio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A WAV file (RIFF): PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64, also as {@code WAVE_FORMAT_EXTENSIBLE}. Integers
 * become numbers from -1 to 1, full scale being 2^(bits-1); floats stay as they are. Samples are converted when they are
 * asked for. Immutable and thread-safe.
 */
public final class Wav {
    private static final int PCM = 1;
    private static final int FLOAT = 3;
    private static final int EXTENSIBLE = 0xFFFE;
    private static final int MOST_CHANNELS = 64;
    private static final int MOST_RATE = 768_000;
    /** Samples of one channel: what a Java array and a patient person can take. */
    private static final int MOST_FRAMES = 1 << 28;
    private static final long UNKNOWN_SIZE = 0xFFFF_FFFFL;

    private final int sampleRate;
    private final int channels;
    private final boolean isFloat;
    private final int sampleBytes;
    private final ByteBuffer data;
    private final int frames;

    private Wav(Format format, ByteBuffer data) {
        this.sampleRate = format.rate;
        this.channels = format.channels;
        this.isFloat = format.isFloat;
        this.sampleBytes = format.sampleBytes;
        this.data = data;
        this.frames = data.capacity() / (channels * sampleBytes);
    }

    private record Format(int rate, int channels, boolean isFloat, int sampleBytes) { }

    /**
     * Reads the outline of a file.
     *
     * @param bytes the file; not to be changed any more
     * @throws SoundException if it is no such file
     */
    public static Wav read(byte[] bytes) {
        var file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < 12 || !isAt(file, 0, "RIFF") || !isAt(file, 8, "WAVE")) {
            throw new SoundException(isAt(file, 0, "RF64") ? "RF64 files are not supported; save it as plain WAV"
                : "not a WAV file" + guess(file) + "; convert it to WAV first");
        }
        Format format = null;
        int at = 12;
        while (bytes.length - at >= 8) {
            long size = Integer.toUnsignedLong(file.getInt(at + 4));
            int start = at + 8;
            long left = bytes.length - start;
            if (isAt(file, at, "data")) {
                if (format == null) {
                    throw new SoundException("the WAV file has no format before its data");
                }
                return new Wav(format, data(file, start, size, left, format));
            }
            if (size > left) {
                throw new SoundException("the WAV file is cut short: a part of " + size + " bytes at byte " + at + ", and "
                    + left + " are left");
            }
            if (isAt(file, at, "fmt ")) {
                format = format(file.slice(start, (int) size).order(ByteOrder.LITTLE_ENDIAN));
            }
            // Parts begin at even places.
            at = (int) Math.min(bytes.length, start + size + (size & 1));
        }
        throw new SoundException("the WAV file has no data");
    }

    private static boolean isAt(ByteBuffer file, int at, String name) {
        if (file.capacity() < at + name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (file.get(at + i) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static String guess(ByteBuffer file) {
        if (isAt(file, 0, "fLaC")) {
            return ", but FLAC";
        } else if (isAt(file, 0, "OggS")) {
            return ", but Ogg";
        } else if (isAt(file, 0, "ID3")) {
            return ", but MP3";
        }
        return isAt(file, 4, "ftyp") ? ", but MP4" : "";
    }

    private static Format format(ByteBuffer part) {
        if (part.capacity() < 16) {
            throw new SoundException("the WAV file's format has " + part.capacity() + " bytes, expected 16 or more");
        }
        int kind = part.getShort(0) & 0xFFFF;
        int channels = part.getShort(2) & 0xFFFF;
        long rate = Integer.toUnsignedLong(part.getInt(4));
        int frameBytes = part.getShort(12) & 0xFFFF;
        int bits = part.getShort(14) & 0xFFFF;
        if (kind == EXTENSIBLE) {
            if (part.capacity() < 40) {
                throw new SoundException("the WAV file's extended format has " + part.capacity() + " bytes, expected 40");
            }
            kind = part.getShort(24) & 0xFFFF;
        }
        if (channels == 0 || channels > MOST_CHANNELS || rate == 0 || rate > MOST_RATE) {
            throw new SoundException("the WAV file has " + channels + " channels at " + rate + " Hz; expected 1 to "
                + MOST_CHANNELS + " at up to " + MOST_RATE);
        }
        boolean known = kind == PCM ? bits == 8 || bits == 16 || bits == 24 || bits == 32
            : kind == FLOAT && (bits == 32 || bits == 64);
        if (!known) {
            throw new SoundException("the WAV file holds " + name(kind) + " of " + bits + " bits; supported are PCM of 8, 16, "
                + "24 and 32 bits and floats of 32 and 64");
        }
        if (frameBytes != channels * bits / 8) {
            throw new SoundException("the WAV file says that " + channels + " samples of " + bits + " bits take " + frameBytes
                + " bytes");
        }
        return new Format((int) rate, channels, kind == FLOAT, bits / 8);
    }

    private static String name(int kind) {
        return switch (kind) {
            case PCM -> "PCM";
            case FLOAT -> "floats";
            case 2, 0x11 -> "ADPCM";
            case 6 -> "A-law";
            case 7 -> "mu-law";
            case 0x55 -> "MP3";
            default -> "format 0x" + Integer.toHexString(kind);
        };
    }

    /** A recorder that was interrupted, or wrote into a pipe, does not know the size: then the data go to the end. */
    private static ByteBuffer data(ByteBuffer file, int start, long size, long left, Format format) {
        boolean unknown = size == UNKNOWN_SIZE || size == 0 && left > 0;
        if (!unknown && size > left) {
            throw new SoundException("the WAV file is cut short: " + size + " bytes of samples are announced, and " + left
                + " are there");
        }
        long used = unknown ? left : size;
        int frameBytes = format.channels * format.sampleBytes;
        long frames = used / frameBytes;
        if (frames > MOST_FRAMES) {
            throw new SoundException("the WAV file has " + frames + " samples a channel, the limit is " + MOST_FRAMES);
        }
        return file.slice(start, (int) (frames * frameBytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Samples a second. */
    public int sampleRate() {
        return sampleRate;
    }

    /** The number of channels. */
    public int channels() {
        return channels;
    }

    /** The number of samples of a channel. */
    public int frames() {
        return frames;
    }

    /** The samples of one channel. */
    public float[] channel(int channel) {
        var samples = new float[frames];
        for (int i = 0; i < frames; i++) {
            samples[i] = (float) sample((i * channels + channel) * sampleBytes);
        }
        return samples;
    }

    /** The mean of all channels. */
    public float[] mono() {
        var samples = new float[frames];
        int at = 0;
        for (int i = 0; i < frames; i++) {
            double sum = 0;
            for (int channel = 0; channel < channels; channel++) {
                sum += sample(at);
                at += sampleBytes;
            }
            samples[i] = (float) (sum / channels);
        }
        return samples;
    }

    private double sample(int at) {
        return switch (sampleBytes) {
            case 1 -> ((data.get(at) & 0xFF) - 0x80) / 0x1p7;
            case 2 -> data.getShort(at) / 0x1p15;
            case 3 -> (data.getShort(at) & 0xFFFF | data.get(at + 2) << 16) / 0x1p23;
            case 4 -> isFloat ? data.getFloat(at) : data.getInt(at) / 0x1p31;
            default -> data.getDouble(at);
        };
    }
}
