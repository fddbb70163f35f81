package dev.gpux.pipeline.text;

/**
 * Every match of a pattern becomes another text.
 *
 * @param pattern what is replaced
 * @param content by what
 */
record Replace(TextPattern pattern, String content) implements Normalizer {
    static Replace read(JsonValue json) {
        return new Replace(TextPattern.read(json.get("pattern")), json.get("content").asString());
    }

    @Override
    public void normalize(Text in, Text out) {
        char[] chars = in.array();
        int length = in.length();
        int at = 0;
        while (at < length) {
            long match = pattern.next(chars, 0, at, length);
            if (match == TextPattern.NONE) {
                break;
            }
            out.append(chars, at, TextPattern.start(match));
            out.append(content);
            at = TextPattern.end(match);
        }
        out.append(chars, at, length);
    }
}
