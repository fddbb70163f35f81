package dev.gpux.pipeline.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** EXIF data (a TIFF directory): of all of it, only how the picture is to be turned. */
final class Exif {
    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;
    private static final int ENTRY = 12;

    private Exif() { }

    /** The orientation, 1 to 8; 1 also if there is none, or the data are broken: they are not the picture itself. */
    static int orientation(byte[] file, int start, int length) {
        if (start < 0 || length < 14 || start > file.length - length) {
            return 1;
        }
        var data = ByteBuffer.wrap(file, start, length).slice();
        switch (data.getShort(0)) {
            case 0x4949 -> data.order(ByteOrder.LITTLE_ENDIAN);
            case 0x4D4D -> data.order(ByteOrder.BIG_ENDIAN);
            default -> {
                return 1;
            }
        }
        int directory = data.getInt(4);
        if (data.getShort(2) != 42 || directory < 8 || directory > length - 2) {
            return 1;
        }
        int entries = data.getShort(directory) & 0xFFFF;
        for (int i = 0, at = directory + 2; i < entries && at + ENTRY <= length; i++, at += ENTRY) {
            if ((data.getShort(at) & 0xFFFF) == ORIENTATION && data.getShort(at + 2) == SHORT) {
                int value = data.getShort(at + 8);
                return value >= 1 && value <= 8 ? value : 1;
            }
        }
        return 1;
    }
}
