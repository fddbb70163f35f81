package dev.gpux.onnx;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Where the elements of a {@link Tensor} are. */
public sealed interface TensorData {
    /** {@code raw_data}: fixed-width, little-endian, row-major; a slice of the file. */
    record Raw(Bytes bytes) implements TensorData {
    }

    /** A typed field: {@code float_data}, {@code int32_data}, {@code string_data}, …; decoded when asked for. */
    final class Typed implements TensorData {
        private final TypedField field;
        private final RepeatedField values;

        Typed(TypedField field, Span message) {
            this.field = field;
            this.values = new RepeatedField(message, field.number(), field.kind(), field.label());
        }

        TypedField field() {
            return field;
        }

        RepeatedField values() {
            return values;
        }

        /** The number of entries in the field; it reads integers one by one, since they have no fixed size. */
        public long count() {
            return values.count();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Typed that && values.equals(that.values);
        }

        @Override
        public int hashCode() {
            return values.hashCode();
        }

        /** The name of the field in {@code TensorProto}. */
        @Override
        public String toString() {
            return field.label();
        }
    }

    /**
     * Another file, next to the model ({@code external_data}).
     *
     * <p>The entries are kept as the file has them; the accessors check them when they are asked for. Two are equal
     * when their entries are.
     */
    final class External implements TensorData {
        private final List<Property> entries;
        private final ExternalFiles files;

        External(List<Property> entries, ExternalFiles files) {
            this.entries = List.copyOf(entries);
            this.files = files;
        }

        /** All entries, as written in the file. */
        public List<Property> entries() {
            return entries;
        }

        /**
         * The path, relative to the model's folder.
         *
         * @throws OnnxFormatException if there is none
         */
        public String location() {
            return locationIfGiven().orElseThrow(() -> new OnnxFormatException("external data without a location"));
        }

        Optional<String> locationIfGiven() {
            return entries.stream().filter(entry -> entry.key().equals("location")).map(Property::value).findFirst();
        }

        /**
         * The first byte in that file; 0 if not given.
         *
         * @throws OnnxFormatException if it is not a number from 0 to 2^63 - 1
         */
        public long offset() {
            return number("offset").orElse(0);
        }

        /**
         * The number of bytes, if given.
         *
         * @throws OnnxFormatException if it is not a number from 0 to 2^63 - 1
         */
        public OptionalLong length() {
            return number("length");
        }

        ExternalFiles files() {
            return files;
        }

        private OptionalLong number(String key) {
            for (var entry : entries) {
                if (entry.key().equals(key)) {
                    return OptionalLong.of(parse(key, entry.value()));
                }
            }
            return OptionalLong.empty();
        }

        private static long parse(String key, String text) {
            boolean digits = !text.isEmpty() && text.length() <= 19;
            for (int i = 0; digits && i < text.length(); i++) {
                digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
            }
            try {
                if (digits) {
                    return Long.parseLong(text);
                }
            } catch (NumberFormatException e) {
                // 19 digits above 2^63 - 1: falls through to the same error
            }
            throw new OnnxFormatException("external data: " + key + " should be a whole number, is "
                + Names.quote(text));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof External that && entries.equals(that.entries);
        }

        @Override
        public int hashCode() {
            return entries.hashCode();
        }

        @Override
        public String toString() {
            return "external" + entries;
        }
    }

    /** No field of data at all; right only for a tensor without elements. */
    record None() implements TensorData {
    }
}
