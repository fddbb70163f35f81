package dev.gpux.pipeline.step.audio;

import dev.gpux.pipeline.Preprocessor;
import java.util.Set;

/** A step from one input to one {@link AudioTarget}. */
interface AudioStep extends Preprocessor {
    /** The input that it reads. */
    String input();

    /** What it makes. */
    AudioTarget target();

    @Override
    default Set<String> reads() {
        return Set.of(input());
    }

    @Override
    default Set<String> makes() {
        return Set.of(target().as());
    }
}
