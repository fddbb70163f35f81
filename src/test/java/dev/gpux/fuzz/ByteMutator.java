package dev.gpux.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages inputs of any format: bytes, numbers, digits, pieces moved, repeated, cut out, taken from another input. */
final class ByteMutator {
    private static final List<byte[]> PIECES = List.of(bytes("{"), bytes("}"), bytes("["), bytes("]"), bytes("\""),
        bytes(":"), bytes(","), bytes("null"), bytes("1e999"), bytes("-1"), bytes("9223372036854775808"),
        bytes("\\u0000"), bytes("../"), bytes("/"), bytes("\n"), bytes("0"), bytes("*"), bytes("&a"), bytes("${A"),
        bytes("PK\3\4"),
        new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1}, new byte[] {-1, -1, -1, 127}, new byte[512],
        new byte[] {0, 0, 0, -128}, bytes("7777777777"));

    private ByteMutator() { }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A damaged input, not longer than {@code longest}. */
    static byte[] mutate(List<byte[]> seeds, Random random, int longest) {
        var bytes = seeds.get(random.nextInt(seeds.size())).clone();
        for (int i = random.nextInt(5); i >= 0; i--) {
            bytes = step(bytes, seeds, random);
        }
        return bytes.length > longest ? Arrays.copyOf(bytes, longest) : bytes;
    }

    private static byte[] step(byte[] bytes, List<byte[]> seeds, Random random) {
        if (bytes.length == 0) {
            return PIECES.get(random.nextInt(PIECES.size())).clone();
        }
        int at = random.nextInt(bytes.length);
        int end = Math.min(bytes.length, at + random.nextInt(1 << random.nextInt(10)));
        switch (random.nextInt(10)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> bytes[at] += (byte) (random.nextBoolean() ? 1 : -1);
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return spliced(bytes, at, end, new byte[0]);
            }
            case 5 -> {
                return spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
            }
            case 6 -> {
                return spliced(bytes, at, random.nextBoolean() ? at : end, PIECES.get(random.nextInt(PIECES.size())));
            }
            case 7 -> {
                var other = seeds.get(random.nextInt(seeds.size()));
                int from = random.nextInt(other.length + 1);
                return spliced(bytes, at, end, Arrays.copyOfRange(other, from,
                    Math.min(other.length, from + random.nextInt(200))));
            }
            case 8 -> Arrays.fill(bytes, at, end, (byte) random.nextInt());
            default -> {
                int digit = at;
                while (digit < bytes.length && (bytes[digit] < '0' || bytes[digit] > '9')) {
                    digit++;
                }
                if (digit < bytes.length) {
                    bytes[digit] = (byte) ('0' + random.nextInt(10));
                }
            }
        }
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] piece) {
        var result = new byte[bytes.length - (to - from) + piece.length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(piece, 0, result, from, piece.length);
        System.arraycopy(bytes, to, result, from + piece.length, bytes.length - to);
        return result;
    }
}
