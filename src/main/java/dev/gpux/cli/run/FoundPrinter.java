package dev.gpux.cli.run;

import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.TextStream;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.image.Quad;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Shows what was found and read in a picture: a line for each thing. */
record FoundPrinter(Terminal terminal) {
    void reading(String label, Answer.Reading reading) {
        terminal.out().println(label + line(reading));
    }

    private String line(Answer.Reading reading) {
        return reading.text() + "  " + terminal.dim(score(reading.score()));
    }

    private static String score(double score) {
        return String.format(Locale.ROOT, "%.3f", score);
    }

    void boxes(String label, String indent, List<Answer.Boxes.Box> boxes) {
        int width = boxes.stream().mapToInt(box -> TextStream.oneLine(box.label()).length()).max().orElse(0);
        lines(label, indent, boxes.stream().map(box -> TextStream.oneLine(box.label())
            + " ".repeat(width - TextStream.oneLine(box.label()).length()) + "  "
            + score(box.score()) + "  " + terminal.dim("at " + place(box.corners()))).toList());
    }

    void parts(String label, String indent, List<Answer.Parts.Part> parts) {
        lines(label, indent, parts.stream().map(part -> part.answers().size() == 1
            ? words(part.answers().firstEntry().getValue())
            : part.answers().entrySet().stream().map(answer -> answer.getKey() + ": " + words(answer.getValue()))
                .collect(Collectors.joining(", "))).toList());
    }

    void picture(String label, Answer.Image image) {
        terminal.out().println(label + image.picture() + terminal.dim("; -o FILE.png writes it"));
    }

    private void lines(String label, String indent, List<String> lines) {
        if (lines.isEmpty()) {
            terminal.out().println(label + terminal.dim("nothing found"));
        }
        var start = label;
        for (var line : lines) {
            terminal.out().println(start + TextStream.oneLine(line));
            start = indent;
        }
    }

    private String words(Answer answer) {
        return switch (answer) {
            case Answer.Reading reading -> line(reading);
            case Answer.Text(var text) -> text;
            case Answer.Labels(var scores) when !scores.isEmpty() ->
                scores.getFirst().label() + "  " + terminal.dim(score(scores.getFirst().score()));
            case Answer.Boxes(var boxes) -> boxes.size() + " boxes";
            case Answer.Image(var picture) -> picture.toString();
            case Answer.Numbers(var value) -> String.valueOf(value);
            default -> "…";
        };
    }

    private static String place(Quad corners) {
        return String.format(Locale.ROOT, "%.0f,%.0f to %.0f,%.0f", corners.left(), corners.top(), corners.right(),
            corners.bottom());
    }
}
