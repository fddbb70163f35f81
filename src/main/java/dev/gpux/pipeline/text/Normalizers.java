package dev.gpux.pipeline.text;

import java.util.List;

/**
 * The normalisation of a tokenizer: its steps, one after the other.
 *
 * @param steps in order; empty: texts stay as they are
 */
record Normalizers(List<Normalizer> steps) {
    Normalizers {
        steps = List.copyOf(steps);
    }

    /** The normalised form of a part of a text, in one of the scratch's buffers until the next call. */
    Text normalize(Text text, int from, int to, Scratch scratch) {
        Text in = scratch.section();
        Text out = scratch.otherSection();
        in.clear();
        in.append(text.array(), from, to);
        for (int i = 0; i < steps.size(); i++) {
            out.clear();
            steps.get(i).normalize(in, out);
            Text done = out;
            out = in;
            in = done;
        }
        return in;
    }
}
