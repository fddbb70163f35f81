package dev.gpux.pipeline.text;

/** A text cut into pieces that follow each other without gaps; what a pre-tokenizer removes is not copied here. */
final class Pieces {
    private final Text text = new Text();
    private final Ints ends = new Ints();

    void clear() {
        text.clear();
        ends.clear();
    }

    Text text() {
        return text;
    }

    /** Ends the piece that has been appended to {@link #text()}; an empty one is none. */
    void cut() {
        if (text.length() > (ends.size() == 0 ? 0 : ends.get(ends.size() - 1))) {
            ends.add(text.length());
        }
    }

    int count() {
        return ends.size();
    }

    int start(int piece) {
        return piece == 0 ? 0 : ends.get(piece - 1);
    }

    int end(int piece) {
        return ends.get(piece);
    }
}
