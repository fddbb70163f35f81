package dev.gpux.onnx;

import java.util.Optional;

/**
 * Where in a model something is. Made for every node, printed for findings only.
 *
 * @param outside the place around it
 * @param kind what it is: {@code node 7}, {@code attribute}
 * @param what the thing, to be printed
 */
record Place(Optional<Place> outside, String kind, Object what) {
    static final Place MODEL = new Place(Optional.empty(), "model", "");

    Place in(String innerKind, Object inner) {
        return new Place(Optional.of(this), innerKind, inner);
    }

    @Override
    public String toString() {
        var text = what.toString();
        var here = text.isEmpty() ? kind : kind + " " + text;
        return outside.filter(place -> place != MODEL).map(place -> place + " / " + here).orElse(here);
    }
}
