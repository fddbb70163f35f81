package dev.gpux.pipeline.text;

/** Many texts, one behind the other in one array: no object for each of them. */
final class TextList {
    private final Text chars = new Text();
    private final Ints ends = new Ints();

    /** The characters of all texts; what is appended belongs to the next one. */
    Text chars() {
        return chars;
    }

    /** Ends the text whose characters have been appended. */
    void end() {
        ends.add(chars.length());
    }

    /** Number of texts. */
    int size() {
        return ends.size();
    }

    int start(int index) {
        return index == 0 ? 0 : ends.get(index - 1);
    }

    int end(int index) {
        return ends.get(index);
    }

    String get(int index) {
        return new String(chars.array(), start(index), end(index) - start(index));
    }
}
