package dev.gpux.provider.natives;

import dev.gpux.ort.library.Platform;
import dev.gpux.ort.library.Platform.Cpu;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the load commands of a 64-bit Mach-O file, plain or universal ({@code mach-o/loader.h}, {@code mach-o/fat.h}).
 */
final class MachOReader {
    static final int MAGIC_64 = 0xFEEDFACF;
    /** Universal files are big-endian; these are their magics as a little-endian number. */
    static final int FAT = 0xBEBAFECA;
    static final int FAT_64 = 0xBFBAFECA;

    private static final int MOST_SLICES = 64;
    private static final int MOST_COMMANDS = 65_536;
    private static final long LOAD_DYLIB = 0xC;
    private static final long ID_DYLIB = 0xD;
    private static final long LOAD_WEAK_DYLIB = 0x80000018L;
    private static final long RPATH = 0x8000001CL;
    private static final long REEXPORT_DYLIB = 0x8000001FL;
    private static final long LOAD_UPWARD_DYLIB = 0x80000023L;
    private static final long ARM64 = 0x0100000C;
    private static final long X86_64 = 0x01000007;

    private final ImageBytes bytes;
    private final List<String> needed = new ArrayList<>();
    private final List<String> weak = new ArrayList<>();
    private final List<String> rpath = new ArrayList<>();
    private Optional<String> name = Optional.empty();

    MachOReader(ImageBytes bytes) {
        this.bytes = bytes;
    }

    NativeImage read() throws IOException, NativeFormatException {
        int magic = bytes.littleInt(0);
        readSlice(magic == MAGIC_64 ? 0 : slice(magic == FAT_64));
        return new NativeImage(NativeImage.Format.MACH_O, name, needed, weak, rpath, List.of());
    }

    /** Where the part for this processor begins; the first part if there is none for it. */
    private long slice(boolean wide) throws IOException, NativeFormatException {
        bytes.order(ByteOrder.BIG_ENDIAN);
        long count = bytes.u32(4);
        if (count < 1 || count > MOST_SLICES) {
            // A Java class file has the same magic, and its version where a universal file has its count.
            throw new NativeFormatException("is no shared library");
        }
        long mine = Platform.current().cpu() == Cpu.AARCH64 ? ARM64 : X86_64;
        int size = wide ? 32 : 20;
        long chosen = 8;
        for (int i = 0; i < count; i++) {
            if (bytes.u32(8 + (long) i * size) == mine) {
                chosen = 8 + (long) i * size;
            }
        }
        return wide ? bytes.u64(chosen + 8) : bytes.u32(chosen + 8);
    }

    private void readSlice(long start) throws IOException, NativeFormatException {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.littleInt(start) != MAGIC_64) {
            throw new NativeFormatException("is not built for a 64-bit processor");
        }
        long count = bytes.u32(start + 16);
        long at = start + 32;
        long end = at + bytes.u32(start + 20);
        if (count > MOST_COMMANDS || end > bytes.size()) {
            throw new NativeFormatException("is damaged: its load commands are cut off");
        }
        for (long i = 0; i < count; i++) {
            long size = bytes.u32(at + 4);
            if (size < 8 || size > end - at) {
                throw new NativeFormatException("is damaged: a load command has no proper size");
            }
            command(at, size);
            at += size;
        }
    }

    private void command(long at, long size) throws IOException, NativeFormatException {
        long kind = bytes.u32(at);
        if (kind == LOAD_DYLIB || kind == REEXPORT_DYLIB || kind == LOAD_UPWARD_DYLIB) {
            needed.add(text(at, size));
        } else if (kind == LOAD_WEAK_DYLIB) {
            weak.add(text(at, size));
        } else if (kind == RPATH) {
            rpath.add(text(at, size));
        } else if (kind == ID_DYLIB) {
            name = Optional.of(text(at, size));
        }
    }

    /** The {@code lc_str} behind a command's first two numbers. */
    private String text(long at, long size) throws IOException, NativeFormatException {
        long offset = bytes.u32(at + 8);
        if (offset < 12 || offset >= size) {
            throw new NativeFormatException("is damaged: a name lies outside of its load command");
        }
        return bytes.text(at + offset, at + size);
    }
}
