package dev.gpux.cli.run;

import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.Model;
import dev.gpux.engine.Outcome;
import dev.gpux.gpuxfile.InputSpec;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.image.Painter;
import dev.gpux.pipeline.image.Picture;
import dev.gpux.pipeline.image.PictureException;
import dev.gpux.pipeline.image.PictureReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The picture that {@code -o FILE.png} writes: the one among the answers, or what was found drawn into the one given. */
record OutputPicture(Model model, Map<String, Input> given) {
    Picture of(Outcome outcome) {
        var images = outcome.answers().values().stream().filter(Answer.Image.class::isInstance)
            .map(Answer.Image.class::cast).toList();
        if (images.size() == 1) {
            return images.getFirst().picture();
        }
        var marks = new ArrayList<Painter.Mark>();
        boolean found = false;
        for (var answer : outcome.answers().values()) {
            switch (answer) {
                case Answer.Boxes(var boxes) -> {
                    found = true;
                    boxes.forEach(box -> marks.add(new Painter.Mark(box.corners(), box.label(), box.index())));
                }
                case Answer.Parts(var parts) -> {
                    found = true;
                    parts.forEach(part -> marks.add(new Painter.Mark(part.box().corners(), words(part), part.box().index())));
                }
                default -> { }
            }
        }
        if (!found) {
            throw new UsageException("-o FILE.png draws what a model finds in a picture, or writes the one that it makes; "
                + "this one gives " + String.join(", ", outcome.answers().keySet()));
        }
        return draw(marks);
    }

    private static String words(Answer.Parts.Part part) {
        return part.answers().values().stream().map(answer -> switch (answer) {
            case Answer.Reading(var text, var _) -> text;
            case Answer.Text(var text) -> text;
            case Answer.Labels(var scores) when !scores.isEmpty() -> scores.getFirst().label();
            default -> "";
        }).filter(text -> !text.isEmpty()).findFirst().orElse("");
    }

    private Picture draw(List<Painter.Mark> marks) {
        var slots = model.inputs().stream().filter(slot -> slot.type() == InputSpec.Type.IMAGE).toList();
        var input = slots.size() != 1 ? Optional.<Input>empty()
            : Optional.ofNullable(given.get(slots.getFirst().name())).or(slots.getFirst()::initial);
        if (input.isEmpty() || !(input.get() instanceof Input.Encoded(var bytes, var name))) {
            throw new UsageException("-o FILE.png needs one picture to draw into");
        }
        try {
            return Painter.draw(PictureReader.read(bytes), marks);
        } catch (PictureException e) {
            throw new PipelineException(name + ": " + e.getMessage(), e);
        }
    }
}
