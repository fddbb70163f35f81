package dev.gpux.ort.library;

import dev.gpux.ort.library.Platform.Cpu;
import dev.gpux.ort.library.Platform.Os;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the beginning of an executable file says about it.
 *
 * <p>Sources: System V ABI, "Object Files" (ELF); {@code mach-o/loader.h} and {@code mach-o/fat.h} (Mach-O);
 * Microsoft's "PE Format".
 *
 * @param os     the system whose format it is
 * @param format the format's name
 * @param cpus   what it is built for; several in a universal Mach-O file
 * @param shared whether it is a shared library, not a program or an object file
 * @param extent the bytes that the file must have for its loadable parts to be there; a shorter file is cut off, and
 *               mapping it would kill the process
 */
record NativeBinary(Os os, String format, List<Cpu> cpus, boolean shared, long extent) {

    /** How much of a file {@link #read} wants to see; headers that lie beyond it are not looked at. */
    static final int HEAD = 64 * 1024;

    private static final int ELF = 0x464C457F;
    private static final int MACH_O_64 = 0xFEEDFACF;
    private static final int MACH_O_32 = 0xFEEDFACE;
    private static final int MACH_O_FAT = 0xBEBAFECA;
    private static final int DOS = 0x5A4D;
    private static final int PE = 0x00004550;
    // A Java class file has the magic of a universal Mach-O file; what follows is its version there, at least 45.
    private static final int MOST_SLICES = 30;

    /** Whether this can run on the platform, as far as the header tells. */
    boolean runsOn(Platform platform) {
        return os == platform.os() && cpus.contains(platform.cpu());
    }

    /** {@code built for aarch64 Linux (ELF)}. */
    String label() {
        var text = new StringBuilder("built for ");
        for (int i = 0; i < cpus.size(); i++) {
            text.append(i == 0 ? "" : " and ").append(cpus.get(i).label());
        }
        return text.append(' ').append(os.label()).append(" (").append(format).append(')').toString();
    }

    /** Reads a header; empty if this is none of the three formats. */
    static Optional<NativeBinary> read(byte[] head) {
        if (head.length < 4) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        int magic = bytes.getInt(0);
        if (magic == ELF) {
            return Optional.of(elf(bytes));
        }
        if (magic == MACH_O_64 || magic == MACH_O_32) {
            return Optional.of(machO(bytes, magic == MACH_O_64));
        }
        if (magic == MACH_O_FAT) {
            return fat(bytes);
        }
        return (magic & 0xFFFF) == DOS ? pe(bytes) : Optional.empty();
    }

    private static NativeBinary elf(ByteBuffer bytes) {
        int headerSize = 64;
        if (bytes.limit() < headerSize) {
            return new NativeBinary(Os.LINUX, "ELF", List.of(Cpu.OTHER), true, headerSize);
        }
        boolean wide = bytes.get(4) == 2;
        if (bytes.get(5) == 2) {
            bytes.order(ByteOrder.BIG_ENDIAN);
        }
        Cpu cpu = switch (bytes.getShort(18) & 0xFFFF) {
            case 62 -> wide ? Cpu.X86_64 : Cpu.OTHER;
            case 183 -> Cpu.AARCH64;
            case 3 -> Cpu.X86;
            case 40 -> Cpu.ARM;
            case 243 -> Cpu.RISCV64;
            case 21 -> Cpu.PPC64;
            case 22 -> Cpu.S390X;
            case 258 -> Cpu.LOONGARCH64;
            default -> Cpu.OTHER;
        };
        boolean shared = bytes.getShort(16) == 3;
        return new NativeBinary(Os.LINUX, "ELF", List.of(cpu), shared, wide ? elfExtent(bytes) : headerSize);
    }

    private static long elfExtent(ByteBuffer bytes) {
        long extent = 64;
        long table = bytes.getLong(32);
        int entrySize = bytes.getShort(54) & 0xFFFF;
        int count = bytes.getShort(56) & 0xFFFF;
        extent = Math.max(extent, end(table, (long) entrySize * count));
        for (int i = 0; i < count && entrySize >= 56; i++) {
            long at = table + (long) i * entrySize;
            if (at < 0 || at > bytes.limit() - 56) {
                break;
            }
            extent = Math.max(extent, end(bytes.getLong((int) at + 8), bytes.getLong((int) at + 32)));
        }
        return extent;
    }

    private static NativeBinary machO(ByteBuffer bytes, boolean wide) {
        if (bytes.limit() < 32) {
            return new NativeBinary(Os.MACOS, "Mach-O", List.of(Cpu.OTHER), true, 32);
        }
        int type = bytes.getInt(12);
        long extent = end(32, bytes.getInt(20) & 0xFFFFFFFFL);
        int at = 32;
        int count = bytes.getInt(16);
        for (int i = 0; i < count && wide && at <= bytes.limit() - 56; i++) {
            int size = bytes.getInt(at + 4);
            if (bytes.getInt(at) == 0x19) {
                extent = Math.max(extent, end(bytes.getLong(at + 40), bytes.getLong(at + 48)));
            }
            if (size < 8 || size > bytes.limit() - at) {
                break;
            }
            at += size;
        }
        boolean shared = type == 6 || type == 8;
        return new NativeBinary(Os.MACOS, "Mach-O", List.of(machCpu(bytes.getInt(4))), shared, extent);
    }

    private static Optional<NativeBinary> fat(ByteBuffer bytes) {
        bytes.order(ByteOrder.BIG_ENDIAN);
        int count = bytes.limit() < 8 ? 0 : bytes.getInt(4);
        if (count < 1 || count > MOST_SLICES) {
            return Optional.empty();
        }
        long extent = 8L + 20L * count;
        var cpus = new ArrayList<Cpu>();
        for (int at = 8; cpus.size() < count && at <= bytes.limit() - 20; at += 20) {
            cpus.add(machCpu(bytes.getInt(at)));
            extent = Math.max(extent, end(bytes.getInt(at + 8) & 0xFFFFFFFFL, bytes.getInt(at + 12) & 0xFFFFFFFFL));
        }
        return Optional.of(new NativeBinary(Os.MACOS, "universal Mach-O", List.copyOf(cpus), true, extent));
    }

    private static Cpu machCpu(int type) {
        return switch (type) {
            case 0x01000007 -> Cpu.X86_64;
            case 0x0100000C -> Cpu.AARCH64;
            case 7 -> Cpu.X86;
            case 12 -> Cpu.ARM;
            default -> Cpu.OTHER;
        };
    }

    private static Optional<NativeBinary> pe(ByteBuffer bytes) {
        int at = bytes.limit() < 64 ? -1 : bytes.getInt(60);
        if (at < 0 || at > bytes.limit() - 24 || bytes.getInt(at) != PE) {
            return Optional.empty();
        }
        Cpu cpu = switch (bytes.getShort(at + 4) & 0xFFFF) {
            case 0x8664 -> Cpu.X86_64;
            case 0xAA64 -> Cpu.AARCH64;
            case 0x14C -> Cpu.X86;
            case 0x1C4 -> Cpu.ARM;
            default -> Cpu.OTHER;
        };
        int sections = bytes.getShort(at + 6) & 0xFFFF;
        int table = at + 24 + (bytes.getShort(at + 20) & 0xFFFF);
        long extent = table + 40L * sections;
        for (int i = 0; i < sections && table + 40 * i <= bytes.limit() - 40; i++) {
            int section = table + 40 * i;
            extent = Math.max(extent,
                    end(bytes.getInt(section + 20) & 0xFFFFFFFFL, bytes.getInt(section + 16) & 0xFFFFFFFFL));
        }
        boolean shared = (bytes.getShort(at + 22) & 0x2000) != 0;
        return Optional.of(new NativeBinary(Os.WINDOWS, "PE", List.of(cpu), shared, extent));
    }

    /** Where a part ends; a nonsensical part ends beyond every file. */
    private static long end(long offset, long size) {
        long end = offset + size;
        return offset < 0 || size < 0 || end < 0 ? Long.MAX_VALUE : end;
    }
}
