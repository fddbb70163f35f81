package dev.gpux.pipeline.text;

/**
 * Cuts a text at the matches of a pattern.
 *
 * @param pattern what separates
 * @param behavior what becomes of the separators
 * @param inverted whether the pattern describes the pieces and what lies between them separates
 */
record Split(TextPattern pattern, Behavior behavior, boolean inverted) implements PreTokenizer {

    /** What becomes of a separator. */
    enum Behavior {
        /** It goes. */
        REMOVED,
        /** It is a piece. */
        ISOLATED,
        /** It ends the piece before. */
        MERGED_WITH_PREVIOUS,
        /** It begins the piece after. */
        MERGED_WITH_NEXT,
        /** Together with adjacent ones it is a piece. */
        CONTIGUOUS;

        static Behavior read(JsonValue json) {
            return switch (json.asString()) {
                case "Removed" -> REMOVED;
                case "Isolated" -> ISOLATED;
                case "MergedWithPrevious" -> MERGED_WITH_PREVIOUS;
                case "MergedWithNext" -> MERGED_WITH_NEXT;
                case "Contiguous" -> CONTIGUOUS;
                default -> throw json.error("is \"" + json.asString()
                        + "\", expected Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous");
            };
        }

        /** Whether a piece ends before a segment. */
        private boolean cutsBefore(boolean separator, boolean afterSeparator) {
            return switch (this) {
                case REMOVED, ISOLATED -> true;
                case MERGED_WITH_PREVIOUS -> !separator || afterSeparator;
                case MERGED_WITH_NEXT -> separator || !afterSeparator;
                case CONTIGUOUS -> separator != afterSeparator;
            };
        }
    }

    static Split isolating(TextPattern pattern) {
        return new Split(pattern, Behavior.ISOLATED, false);
    }

    static Split removing(TextPattern pattern) {
        return new Split(pattern, Behavior.REMOVED, false);
    }

    static Split read(JsonValue json) {
        return new Split(TextPattern.read(json.get("pattern")), Behavior.read(json.get("behavior")),
                json.bool("invert", false));
    }

    @Override
    public void cut(char[] chars, int from, int to, boolean first, Pieces out) {
        int at = from;
        boolean afterSeparator = false;
        while (at < to) {
            long match = pattern.next(chars, from, at, to);
            int start = match == TextPattern.NONE ? to : TextPattern.start(match);
            if (start > at) {
                segment(chars, at, start, inverted, afterSeparator, out);
                afterSeparator = inverted;
            }
            at = start;
            if (match != TextPattern.NONE) {
                at = TextPattern.end(match);
                segment(chars, start, at, !inverted, afterSeparator, out);
                afterSeparator = !inverted;
            }
        }
        out.cut();
    }

    private void segment(char[] chars, int from, int to, boolean separator, boolean afterSeparator, Pieces out) {
        if (behavior.cutsBefore(separator, afterSeparator)) {
            out.cut();
        }
        if (behavior != Behavior.REMOVED || !separator) {
            out.text().append(chars, from, to);
        }
    }
}
