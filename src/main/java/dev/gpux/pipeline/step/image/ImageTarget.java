package dev.gpux.pipeline.step.image;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.image.ColorOrder;
import dev.gpux.pipeline.image.PixelFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The model's input that pictures go into.
 *
 * @param name what it is called
 * @param type its element type
 * @param channelsFirst whether it is [pictures, channels, rows, columns]
 * @param order what its channels are
 * @param height the height that the model declares, if it does
 * @param width the width that the model declares, if it does
 */
record ImageTarget(String name, ElementType type, boolean channelsFirst, ColorOrder order, OptionalInt height,
                   OptionalInt width) {
    private static final Map<ElementType, PixelFormat.Type> TYPES = Map.of(
        ElementType.FLOAT32, PixelFormat.Type.FLOAT32, ElementType.FLOAT16, PixelFormat.Type.FLOAT16,
        ElementType.UINT8, PixelFormat.Type.UINT8);

    static ImageTarget of(Parameters parameters, ModelSignature model) {
        var name = parameters.text("to").orElseGet(() -> {
            if (model.inputs().size() != 1) {
                throw parameters.error("to", "say which of the model's inputs the picture goes to: it has "
                    + model.describeInputs());
            }
            return model.inputs().getFirst().name();
        });
        var type = model.input(name).orElseThrow(() -> parameters.error("to",
            "the model has no input '" + name + "' for a picture; it has " + model.describeInputs()));
        if (type.dimensions().size() != 4 || !TYPES.containsKey(type.elementType())) {
            throw parameters.error("to", "image makes float32, float16 or uint8 tensors of shape [pictures, channels, "
                + "height, width] or [pictures, height, width, channels]; the model's input '" + name + "' is " + type);
        }
        var sizes = type.dimensions().stream().map(ImageTarget::size).toList();
        boolean first = channelsFirst(parameters, sizes);
        var channels = sizes.get(first ? 1 : 3);
        var order = switch (parameters.choice("color", List.of("rgb", "bgr", "gray"))
            .orElse(channels.orElse(3) == 1 ? "gray" : "rgb")) {
            case "bgr" -> ColorOrder.BGR;
            case "gray" -> ColorOrder.GRAY;
            default -> ColorOrder.RGB;
        };
        if (channels.isPresent() && channels.getAsInt() != order.channels()) {
            throw parameters.error("color", "the model's input '" + name + "' is " + type + ": it has "
                + channels.getAsInt() + " channels, not " + order.channels() + "; see color and layout");
        }
        return new ImageTarget(name, type.elementType(), first, order, sizes.get(first ? 2 : 1), sizes.get(first ? 3 : 2));
    }

    private static OptionalInt size(Dimension dimension) {
        return dimension.isFixed() && dimension.size() > 0 && dimension.size() <= Integer.MAX_VALUE
            ? OptionalInt.of((int) dimension.size()) : OptionalInt.empty();
    }

    private static boolean channelsFirst(Parameters parameters, List<OptionalInt> sizes) {
        var layout = parameters.choice("layout", List.of("nchw", "nhwc"));
        if (layout.isPresent()) {
            return layout.get().equals("nchw");
        }
        boolean last = isChannels(sizes.get(3)) && !isChannels(sizes.get(1));
        return !last;
    }

    private static boolean isChannels(OptionalInt size) {
        return size.isPresent() && (size.getAsInt() == 1 || size.getAsInt() == 3);
    }

    /** How pixels become this tensor's numbers. */
    PixelFormat pixels(Parameters parameters) {
        double scale = parameters.text("scale").map(text -> scale(parameters, text)).orElse(1.0);
        var means = perChannel(parameters, "mean", 0);
        var stds = perChannel(parameters, "std", 1);
        var channels = new PixelFormat.Channel[order.channels()];
        for (int i = 0; i < channels.length; i++) {
            if (stds[i] == 0) {
                throw parameters.error("std", "std divides, so it cannot be 0");
            }
            channels[i] = new PixelFormat.Channel(scale, means[i], stds[i]);
        }
        if (type == ElementType.UINT8 && !Arrays.stream(channels).allMatch(new PixelFormat.Channel(1, 0, 1)::equals)) {
            throw parameters.error("scale", "the model's input '" + name + "' is uint8 and takes the values from 0 to 255 "
                + "as they are; leave out scale, mean and std");
        }
        return new PixelFormat(order, channelsFirst, TYPES.get(type), channels,
            parameters.flag("invert").orElse(false), perChannel(parameters, "pad", 0));
    }

    private static double scale(Parameters parameters, String text) {
        int slash = text.indexOf('/');
        try {
            double scale = slash < 0 ? Double.parseDouble(text)
                : Double.parseDouble(text.substring(0, slash)) / Double.parseDouble(text.substring(slash + 1));
            if (Double.isFinite(scale)) {
                return scale;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw parameters.error("scale", "expected a number or a fraction such as 1/255, found \"" + text + '"');
    }

    private double[] perChannel(Parameters parameters, String parameter, double usual) {
        var values = new double[order.channels()];
        Arrays.fill(values, usual);
        parameters.numbers(parameter).ifPresent(given -> {
            if (given.size() != 1 && given.size() != values.length) {
                throw parameters.error(parameter, "expected one number, or one for each of the " + values.length
                    + " channels, found " + given.size());
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = given.get(given.size() == 1 ? 0 : i);
            }
        });
        return values;
    }
}
