package dev.gpux.cli.run;

import dev.gpux.pipeline.Answer;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How alike texts are, for people: of two, one line with a bar; of more, a table, and which two are the closest. */
final class SimilarityTable {
    private static final int BAR = 24;
    private static final int MOST_COLUMNS = 12;
    private static final int LONGEST = 60;

    private final Answer.Similarities similarities;
    private final int count;

    private SimilarityTable(Answer.Similarities similarities) {
        this.similarities = similarities;
        this.count = similarities.texts().size();
    }

    static List<String> lines(Answer.Similarities similarities) {
        var table = new SimilarityTable(similarities);
        return switch (table.count) {
            case 1 -> List.of("there is one text only; give another one to compare it with");
            case 2 -> table.pair();
            default -> table.table();
        };
    }

    private List<String> pair() {
        double score = score(0, 1);
        int full = (int) Math.round(Math.clamp(score, 0, 1) * BAR);
        return List.of(String.format(Locale.ROOT, "%.4f  %s", score, "█".repeat(full) + "░".repeat(BAR - full)),
            "  " + text(0), "  " + text(1));
    }

    private List<String> table() {
        var lines = new ArrayList<String>();
        int columns = Math.min(count, MOST_COLUMNS);
        var head = new StringBuilder("  ");
        for (int j = 0; j < columns; j++) {
            head.append(String.format(Locale.ROOT, "%7d", j + 1));
        }
        lines.add(head.append(columns < count ? "  …" : "").toString());
        for (int i = 0; i < count; i++) {
            var line = new StringBuilder(String.format(Locale.ROOT, "%2d", i + 1));
            for (int j = 0; j < columns; j++) {
                line.append(i == j ? "      ·" : String.format(Locale.ROOT, "%7.2f", hundredths(score(i, j))));
            }
            lines.add(line.append("   ").append(text(i)).toString());
        }
        lines.add(closest());
        return lines;
    }

    private String closest() {
        int one = 0;
        int other = 1;
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                if (score(i, j) > score(one, other)) {
                    one = i;
                    other = j;
                }
            }
        }
        return String.format(Locale.ROOT, "closest: %d and %d, %.4f", one + 1, other + 1, score(one, other));
    }

    private double score(int i, int j) {
        return similarities.scores().segment().getAtIndex(ValueLayout.JAVA_FLOAT, (long) i * count + j);
    }

    /** Rounded; without the sign that would be left of -0.001. */
    private static double hundredths(double score) {
        return Math.rint(score * 100) / 100 + 0.0;
    }

    /** On one line, and not longer than one. */
    private String text(int index) {
        var text = similarities.texts().get(index).strip().replaceAll("\\s+", " ");
        return text.codePointCount(0, text.length()) <= LONGEST ? text
            : text.substring(0, text.offsetByCodePoints(0, LONGEST - 1)) + "…";
    }
}
