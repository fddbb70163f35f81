package dev.gpux.onnx;

import java.util.Optional;

/**
 * All records of one repeated field in a message, packed or not, decoded only when asked for.
 *
 * <p>It is nothing but the message's place in the file and a field number, so a list of millions of numbers costs no
 * heap, and a writer can copy its records as they are.
 *
 * @param message the message; it may hold other fields, too
 * @param field the field's number
 * @param kind how one element is encoded
 * @param label the field's name, for errors
 */
record RepeatedField(Span message, int field, Kind kind, String label) {
    /** The wire form of one element. */
    enum Kind {
        VARINT(ProtoReader.VARINT), FIXED32(ProtoReader.FIXED32), FIXED64(ProtoReader.FIXED64),
        BYTES(ProtoReader.LENGTH);

        private final int wire;

        Kind(int wire) {
            this.wire = wire;
        }
    }

    /** A pull cursor over the elements. */
    final class Elements {
        private final ProtoReader reader = ProtoReader.of(message, label);
        private ProtoReader packed = ProtoReader.of(new Span(message.root(), message.start(), message.start()), label);
        private long bits;
        private Span span = message;

        /** Steps to the next element; false after the last one. */
        boolean next() {
            if (!packed.atEnd()) {
                bits = raw(packed);
                return true;
            }
            while (reader.next()) {
                if (reader.field() != field) {
                    reader.skip();
                } else if (kind == Kind.BYTES) {
                    span = reader.bytes(label);
                    return true;
                } else if (reader.wire() == ProtoReader.LENGTH) {
                    packed = reader.packed(label);
                    if (!packed.atEnd()) {
                        bits = raw(packed);
                        return true;
                    }
                } else if (reader.wire() == kind.wire) {
                    bits = raw(reader);
                    return true;
                } else {
                    throw reader.fail(label + " has wire type " + reader.wire());
                }
            }
            return false;
        }

        /** The current number: a varint's value or the bits of a float or double. */
        long bits() {
            return bits;
        }

        /** The current bytes. */
        Span span() {
            return span;
        }

        private long raw(ProtoReader from) {
            return switch (kind) {
                case VARINT -> from.rawVarint();
                case FIXED32 -> from.rawFixed(4);
                default -> from.rawFixed(8);
            };
        }
    }

    Elements elements() {
        return new Elements();
    }

    /** The number of elements; reads every varint, but only the lengths of packed fixed-size numbers. */
    long count() {
        long count = 0;
        var reader = ProtoReader.of(message, label);
        while (reader.next()) {
            if (reader.field() != field) {
                reader.skip();
            } else if (kind != Kind.BYTES && reader.wire() == ProtoReader.LENGTH) {
                count += countPacked(reader.packed(label));
            } else if (reader.wire() == kind.wire) {
                reader.skip();
                count++;
            } else {
                throw reader.fail(label + " has wire type " + reader.wire());
            }
        }
        return count;
    }

    /** The number of elements as the size of an array. */
    int arraySize() {
        long count = count();
        if (count > Integer.MAX_VALUE - 8) {
            throw new OnnxFormatException(count + " " + label + " do not fit a Java array");
        }
        return (int) count;
    }

    private long countPacked(ProtoReader packed) {
        if (kind == Kind.VARINT) {
            long count = 0;
            while (!packed.atEnd()) {
                packed.rawVarint();
                count++;
            }
            return count;
        }
        int size = kind == Kind.FIXED32 ? 4 : 8;
        long bytes = packed.rest().size();
        if (bytes % size != 0) {
            throw packed.fail(bytes + " bytes are no whole number of elements of " + size + " bytes");
        }
        return bytes / size;
    }

    /** The bytes of the elements if they are fixed-size numbers that lie in one piece. */
    Optional<Span> contiguous() {
        Span found = null;
        var reader = ProtoReader.of(message, label);
        while (reader.next()) {
            if (reader.field() != field) {
                reader.skip();
            } else if (found != null || reader.wire() != ProtoReader.LENGTH || kind == Kind.VARINT) {
                return Optional.empty();
            } else {
                found = reader.bytes(label);
            }
        }
        return Optional.ofNullable(found);
    }

    /** Copies the records, as they are encoded here, to a writer. */
    void copyTo(ProtoWriter writer) {
        long from = message.start();
        long to = from;
        var reader = ProtoReader.of(message, label);
        while (reader.next()) {
            var record = reader.skipRecord();
            if (reader.field() != field) {
                continue;
            }
            if (record.start() != to) {
                writer.raw(new Span(message.root(), from, to));
                from = record.start();
            }
            to = record.end();
        }
        writer.raw(new Span(message.root(), from, to));
    }

    /** Equal elements, however they are packed. */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof RepeatedField that) || field != that.field || kind != that.kind) {
            return false;
        }
        var mine = elements();
        var theirs = that.elements();
        while (mine.next()) {
            if (!theirs.next() || !sameElement(mine, theirs)) {
                return false;
            }
        }
        return !theirs.next();
    }

    private boolean sameElement(Elements mine, Elements theirs) {
        return kind == Kind.BYTES
            ? mine.span().size() == theirs.span().size()
                && mine.span().segment().mismatch(theirs.span().segment()) == -1
            : mine.bits() == theirs.bits();
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * count() + field);
    }
}
