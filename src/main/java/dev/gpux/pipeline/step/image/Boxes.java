package dev.gpux.pipeline.step.image;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.gpux.ort.ElementType;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Answer.Boxes.Box;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.detection.AnchorGrid;
import dev.gpux.pipeline.detection.BoxLayout;
import dev.gpux.pipeline.detection.Candidate;
import dev.gpux.pipeline.detection.Suppression;
import dev.gpux.pipeline.step.output.Labels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * {@code boxes}: what is where in a picture, out of what a detector gives: boxes are decoded, of those that overlap the best
 * stays (non-maximum suppression), and what the step {@code image} did to the picture is undone.
 *
 * <p>Parameters:
 * <ul>
 * <li>{@code output}: the model's output, float32; by default the only one of rank 3. With {@code layout: anchors}, all
 * heads, in the order of {@code strides};
 * <li>{@code as}: what the boxes are called, {@code boxes} by default;
 * <li>{@code picture}: the picture that they are in, {@code picture} by default;
 * <li>{@code layout}: {@code yolo}, [pictures, 4 + classes, boxes] with centre, size and a score for each class (the
 * default); {@code yolo5}, [pictures, boxes, 5 + classes] with centre, size, how likely there is anything, and the classes;
 * {@code corners}, [pictures, boxes, 4 + classes] with left, top, right, bottom and the classes; {@code final}, [pictures,
 * boxes, 6] with left, top, right, bottom, score and class; {@code anchors}, undecoded heads of a YOLO model, [pictures,
 * anchors · (5 + classes), height, width] or [pictures, anchors, height, width, 5 + classes];
 * <li>{@code units}: {@code pixels} of the tensor (the default) or {@code relative} to its width and height, from 0 to 1;
 * <li>{@code strides}, {@code anchors}: with {@code layout: anchors}, the pixels of a cell of each head, and widths and
 * heights of the anchors, the same number for each head; {@code decode}: {@code yolo5} (the default) or {@code yolo3};
 * <li>{@code score}: the least score, 0.25 by default;
 * <li>{@code overlap}: boxes that share more than this part of what they cover together are one thing, 0.45 by default;
 * <li>{@code per_class}: whether boxes of different classes never are, {@code true} by default;
 * <li>{@code most}: the most boxes of a picture, 300 by default;
 * <li>{@code labels}, {@code labels_from}: the names of the classes, as for {@code top_k}.
 * </ul>
 */
public final class Boxes implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "boxes";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Postprocessor> after(Parameters parameters, ModelSignature model) {
        var layout = parameters.choice("layout", List.of("yolo", "yolo5", "corners", "final", "anchors")).orElse("yolo");
        var reader = layout.equals("anchors") ? heads(parameters, model)
            : rows(parameters, model, BoxLayout.valueOf(layout.toUpperCase(Locale.ROOT)));
        boolean relative = parameters.choice("units", List.of("pixels", "relative")).orElse("pixels").equals("relative");
        var suppression = new Suppression(parameters.number("overlap").orElse(0.45),
            parameters.flag("per_class").orElse(true), parameters.whole("most", 1, 100_000).orElse(300));
        return Optional.of(new Step(reader, parameters.text("as").orElse("boxes"),
            parameters.text("picture").orElse("picture"), relative, parameters.number("score").orElse(0.25), suppression,
            Labels.of(parameters, model, OptionalLong.empty())));
    }

    private static Reader rows(Parameters parameters, ModelSignature model, BoxLayout layout) {
        var output = MapOutput.of(NAME, parameters, model, 3);
        model.output(output.name()).ifPresent(type -> {
            var rows = type.dimensions().get(1);
            var columns = type.dimensions().get(2);
            if (rows.isFixed() && columns.isFixed() && !layout.fits(rows.size(), columns.size())) {
                throw parameters.error("layout", "the model's output '" + output.name() + "' is " + type
                    + ", which is not laid out as " + layout.name().toLowerCase(Locale.ROOT));
            }
        });
        return new Rows(output, layout);
    }

    private static Reader heads(Parameters parameters, ModelSignature model) {
        var outputs = parameters.texts("output").orElse(model.outputs().stream().map(info -> info.name()).toList());
        var strides = parameters.numbers("strides").orElse(List.of(8.0, 16.0, 32.0));
        var anchors = parameters.numbers("anchors").orElseThrow(() ->
            parameters.error("anchors", "layout: anchors needs the anchors' widths and heights"));
        int each = outputs.isEmpty() ? 0 : anchors.size() / outputs.size();
        if (outputs.size() != strides.size() || each < 2 || each % 2 != 0 || each * outputs.size() != anchors.size()) {
            throw parameters.error("anchors", "there are " + outputs.size() + " heads, " + strides.size() + " strides and "
                + anchors.size() + " widths and heights: expected a stride and as many anchors for each head");
        }
        boolean squared = parameters.choice("decode", List.of("yolo3", "yolo5")).orElse("yolo5").equals("yolo5");
        var grids = new ArrayList<AnchorGrid>();
        for (int head = 0; head < outputs.size(); head++) {
            var sizes = new float[each];
            for (int i = 0; i < each; i++) {
                sizes[i] = anchors.get(head * each + i).floatValue();
            }
            grids.add(new AnchorGrid(strides.get(head).intValue(), sizes, squared));
        }
        return new Heads(outputs.stream().map(name -> new MapOutput(NAME, name, List.of(4, 5))).toList(), grids);
    }

    /** Finds the boxes of one picture in what the model gave. */
    private sealed interface Reader {
        Set<String> outputs();

        List<Candidate> read(Batch batch, int item, double score);
    }

    private record Rows(MapOutput output, BoxLayout layout) implements Reader {
        @Override
        public Set<String> outputs() {
            return Set.of(output.name());
        }

        @Override
        public List<Candidate> read(Batch batch, int item, double score) {
            var tensor = output.of(batch);
            int rows = Math.toIntExact(tensor.shape().size(1));
            int columns = Math.toIntExact(tensor.shape().size(2));
            if (!layout.fits(rows, columns)) {
                throw new PipelineException("the model gave " + tensor + ", which is not laid out as "
                    + layout.name().toLowerCase(Locale.ROOT));
            }
            return layout.read(row(batch, output, item), rows, columns, score);
        }
    }

    private record Heads(List<MapOutput> heads, List<AnchorGrid> grids) implements Reader {
        @Override
        public Set<String> outputs() {
            var names = new HashSet<String>();
            heads.forEach(head -> names.add(head.name()));
            return names;
        }

        @Override
        public List<Candidate> read(Batch batch, int item, double score) {
            var found = new ArrayList<Candidate>();
            for (int head = 0; head < heads.size(); head++) {
                var tensor = heads.get(head).of(batch);
                var shape = tensor.shape();
                int anchors = grids.get(head).anchors().length / 2;
                boolean channelsFirst = shape.rank() == 4;
                long fields = channelsFirst ? shape.size(1) / anchors : shape.size(4);
                if (fields < 6 || (channelsFirst ? fields * anchors : shape.size(1)) != (channelsFirst ? shape.size(1)
                    : anchors)) {
                    throw new PipelineException("the model gave " + tensor + ", which is no head of " + anchors + " anchors");
                }
                found.addAll(grids.get(head).read(row(batch, heads.get(head), item), (int) fields - 5,
                    Math.toIntExact(shape.size(2)), Math.toIntExact(shape.size(3)), channelsFirst, score));
            }
            return found;
        }
    }

    /** The numbers of one picture. */
    private static float[] row(Batch batch, MapOutput output, int item) {
        var tensor = output.of(batch);
        long bytes = ElementType.FLOAT32.byteSize(tensor.shape().elements()) / tensor.shape().size(0);
        return tensor.segment().asSlice(item * bytes, bytes).toArray(JAVA_FLOAT);
    }

    private record Step(Reader reader, String as, String picture, boolean relative, double score, Suppression suppression,
                        Labels labels) implements Postprocessor {
        @Override
        public Set<String> reads() {
            return reader.outputs();
        }

        @Override
        public Set<String> makes() {
            return Set.of(as);
        }

        @Override
        public void apply(Batch batch) {
            var answers = new ArrayList<Answer>();
            for (int item = 0; item < batch.size(); item++) {
                var placement = batch.placement(item, picture);
                double width = relative ? placement.tensorWidth() : 1;
                double height = relative ? placement.tensorHeight() : 1;
                answers.add(new Answer.Boxes(suppression.best(reader.read(batch, item, score)).stream()
                    .map(box -> new Box(labels.name(box.index()), box.index(), box.score(),
                        placement.toPicture(box.left() * width, box.top() * height, box.right() * width,
                            box.bottom() * height))).toList()));
            }
            reader.outputs().forEach(batch::consume);
            batch.answer(as, answers);
        }
    }
}
