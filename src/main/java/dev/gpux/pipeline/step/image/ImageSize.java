package dev.gpux.pipeline.step.image;

import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.image.Framing;
import dev.gpux.pipeline.image.Framing.Fit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the parameters of {@code image} that say which size a picture gets. */
record ImageSize(Parameters parameters) {
    static final List<String> FILTERS = List.of("nearest", "bilinear", "bicubic", "area", "lanczos");

    private static final List<String> FITS = List.of("stretch", "cover", "contain", "letterbox");
    private static final int MOST = 1 << 15;
    private static final int USUAL_MOST = 4096;
    private static final String EXPECTED = "expected [height, width], one number, or auto; each may be auto";

    /** The framing, which fits what the model declares of its input. */
    Framing framing(ImageTarget target) {
        var sides = parameters.texts("size").orElse(List.of());
        if (sides.size() > 2) {
            throw parameters.error("size", EXPECTED);
        }
        int height = side(sides.isEmpty() ? Optional.empty() : Optional.of(sides.getFirst()), target.height());
        int width = side(sides.isEmpty() ? Optional.empty() : Optional.of(sides.getLast()), target.width());
        requireDeclared("height", height, target.height(), target);
        requireDeclared("width", width, target.width(), target);
        var fit = parameters.choice("fit", FITS).map(word -> Fit.valueOf(word.toUpperCase(Locale.ROOT)));
        var shortest = parameters.whole("shortest", 1, MOST);
        var min = parameters.whole("min", 1, MOST);
        var max = parameters.whole("max", 1, MOST);
        var multiple = parameters.whole("multiple", 1, MOST);
        boolean fixed = height != Framing.AUTO && width != Framing.AUTO;
        refuse("fit", fit.isPresent() && !fixed, "a side that is auto follows the picture, so there is nothing to fit");
        refuse("min", min.isPresent() && fixed, "min is for a side that is auto");
        refuse("max", max.isPresent() && fixed, "max is for a side that is auto");
        refuse("multiple", multiple.isPresent() && (height != Framing.AUTO || width != Framing.AUTO),
            "multiple is for size: auto");
        refuse("shortest", shortest.isPresent() && fit.orElse(Fit.STRETCH) != Fit.COVER, "shortest is for fit: cover");
        refuse("shortest", shortest.isPresent() && shortest.getAsInt() < Math.max(width, height),
            "the shorter side must not be shorter than what is cut out of it");
        refuse("min", min.isPresent() && min.getAsInt() > max.orElse(USUAL_MOST), "min is greater than max");
        if (fixed) {
            return new Framing.Fixed(width, height, fit.orElse(Fit.STRETCH), shortest.orElse(Framing.AUTO));
        }
        if (height != Framing.AUTO) {
            return new Framing.FixedHeight(height, min.orElse(1), max.orElse(USUAL_MOST));
        }
        if (width != Framing.AUTO) {
            return new Framing.FixedWidth(width, min.orElse(1), max.orElse(USUAL_MOST));
        }
        return new Framing.Bounded(min.orElse(1), max.orElse(USUAL_MOST), multiple.orElse(1));
    }

    private int side(Optional<String> given, OptionalInt declared) {
        if (given.isEmpty()) {
            return declared.orElseThrow(() -> parameters.error("size",
                "the model does not declare the picture's size: say size: [height, width], or auto"));
        }
        if (given.get().equals("auto")) {
            return Framing.AUTO;
        }
        try {
            int side = Integer.parseInt(given.get());
            if (side >= 1 && side <= MOST) {
                return side;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw parameters.error("size", EXPECTED + "; a side has from 1 to " + MOST + " pixels");
    }

    private void requireDeclared(String name, int side, OptionalInt declared, ImageTarget target) {
        refuse("size", declared.isPresent() && declared.getAsInt() != side, "the model's input '" + target.name()
            + "' has a " + name + " of " + declared.orElse(0) + " pixels, not " + (side == Framing.AUTO ? "auto" : side));
    }

    private void refuse(String parameter, boolean wrong, String message) {
        if (wrong) {
            throw parameters.error(parameter, message);
        }
    }
}
