package dev.gpux.engine;

import dev.gpux.gpuxfile.Value;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Answer.Boxes.Box;
import java.util.List;

/**
 * Compares what was found and read in a picture. Something read is its text, or a map of {@code text} and {@code score}; a
 * box is its label, or a map of {@code label}, {@code score} and {@code box} (left, top, right, bottom; {@value #EDGE}
 * pixels more or less); a part is the answer about it, or a map of its answers.
 */
record FoundComparison(Comparison comparison) {
    private static final double EDGE = 2;

    void reading(String where, Value expected, Answer.Reading reading) {
        switch (expected) {
            case Value.Scalar scalar -> text(where, scalar, reading.text());
            case Value.Mapping map -> map.entries().forEach((key, value) -> {
                var place = where + "." + key;
                switch (key) {
                    case "text" -> text(place, value, reading.text());
                    case "score" -> comparison.number(place, value, reading.score());
                    default -> comparison.differs(place, value, "there is only text and score");
                }
            });
            default -> comparison.differs(where, expected, '"' + reading.text() + '"');
        }
    }

    private void text(String where, Value expected, String text) {
        if (!(expected instanceof Value.Scalar scalar) || !scalar.text().equals(text)) {
            comparison.differs(where, expected, '"' + text + '"');
        }
    }

    void boxes(String where, Value expected, List<Box> boxes) {
        if (!(expected instanceof Value.Sequence list)) {
            comparison.differs(where, expected, boxes.size() + " boxes");
        } else if (comparison.fits(where, list, boxes.size())) {
            for (int i = 0; i < Comparison.length(list); i++) {
                box(where + "[" + i + "]", list.items().get(i), boxes.get(i));
            }
        }
    }

    private void box(String where, Value expected, Box box) {
        switch (expected) {
            case Value.Scalar label -> text(where, label, box.label());
            case Value.Mapping map -> map.entries().forEach((key, value) -> {
                var place = where + "." + key;
                switch (key) {
                    case "label" -> text(place, value, box.label());
                    case "score" -> comparison.number(place, value, box.score());
                    case "box" -> edges(place, value, box);
                    default -> comparison.differs(place, value, "there is only label, score and box");
                }
            });
            default -> comparison.differs(where, expected, "a box with the label \"" + box.label() + '"');
        }
    }

    private void edges(String where, Value expected, Box box) {
        var corners = box.corners();
        var actual = new double[] {corners.left(), corners.top(), corners.right(), corners.bottom()};
        if (!(expected instanceof Value.Sequence list) || list.items().size() != actual.length) {
            comparison.differs(where, expected, "[left, top, right, bottom]");
            return;
        }
        for (int i = 0; i < actual.length; i++) {
            if (!(Math.abs(Comparison.number(list.items().get(i)) - actual[i]) <= EDGE)) {
                comparison.differs(where + "[" + i + "]", list.items().get(i), String.valueOf(actual[i]));
            }
        }
    }

    void parts(String where, Value expected, List<Answer.Parts.Part> parts) {
        if (!(expected instanceof Value.Sequence list)) {
            comparison.differs(where, expected, parts.size() + " parts");
        } else if (comparison.fits(where, list, parts.size())) {
            for (int i = 0; i < Comparison.length(list); i++) {
                part(where + "[" + i + "]", list.items().get(i), parts.get(i));
            }
        }
    }

    private void part(String where, Value expected, Answer.Parts.Part part) {
        var answers = part.answers();
        if (expected instanceof Value.Mapping map && answers.keySet().containsAll(map.entries().keySet())) {
            map.entries().forEach((name, value) -> comparison.compare(where + "." + name, value, answers.get(name)));
        } else if (answers.size() == 1) {
            comparison.compare(where, expected, answers.firstEntry().getValue());
        } else {
            comparison.differs(where, expected, "a map of " + String.join(", ", answers.keySet()));
        }
    }
}
