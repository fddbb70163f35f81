package dev.gpux.gpuxfile;

import java.io.Serial;
import java.util.List;

/**
 * A GPUXfile that cannot be used. It carries every problem that was found, in the order of the file, so that a person
 * mends them in one go; the message prints each with its line and a caret.
 */
public final class GpuxfileException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    GpuxfileException(List<Problem> problems, int more) {
        super(message(problems, more));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong: at least one problem. Not carried over serialisation. */
    public List<Problem> problems() {
        return problems == null ? List.of() : problems;
    }

    private static String message(List<Problem> problems, int more) {
        var text = new StringBuilder();
        for (var problem : problems) {
            if (!text.isEmpty()) {
                text.append('\n');
            }
            text.append(problem);
            var excerpt = problem.excerpt();
            if (!excerpt.isEmpty()) {
                text.append('\n').append(excerpt);
            }
        }
        if (more > 0) {
            text.append("\nand ").append(more).append(" more");
        }
        return text.toString();
    }
}
