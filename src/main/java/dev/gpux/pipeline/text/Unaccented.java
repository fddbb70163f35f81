package dev.gpux.pipeline.text;

import java.text.Normalizer.Form;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The canonical decomposition of single characters without their non-spacing marks. Worked out by the JDK, 256
 * characters at a time when the first of them is met, then looked up without allocating.
 *
 * <p>Working character by character differs from decomposing a whole text only in the order of marks that stay, and
 * the non-spacing ones, all but a dozen of those that can be reordered, do not stay.
 */
final class Unaccented {
    /** Stands for a character that has no accent. */
    static final char[] ITSELF = {};

    private static final int PAGE_BITS = 8;
    private static final int PAGE_SIZE = 1 << PAGE_BITS;
    private static final char[] NOTHING = {};
    private static final char[][] PLAIN_PAGE = {};
    private static final AtomicReferenceArray<char[][]> PAGES =
            new AtomicReferenceArray<>(Character.MAX_CODE_POINT + 1 >> PAGE_BITS);

    private Unaccented() {
    }

    /** The characters that stay, or {@link #ITSELF}. The array is shared: do not write to it. */
    static char[] of(int c) {
        char[][] page = PAGES.getAcquire(c >> PAGE_BITS);
        if (page == null) {
            page = page(c & -PAGE_SIZE);
            PAGES.setRelease(c >> PAGE_BITS, page);
        }
        return page == PLAIN_PAGE ? ITSELF : page[c & PAGE_SIZE - 1];
    }

    private static char[][] page(int first) {
        var page = new char[PAGE_SIZE][];
        boolean plain = true;
        for (int i = 0; i < PAGE_SIZE; i++) {
            page[i] = decompose(first + i);
            plain &= page[i] == ITSELF;
        }
        return plain ? PLAIN_PAGE : page;
    }

    private static char[] decompose(int c) {
        if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE || CharacterClasses.isNewer(c)) {
            return ITSELF;
        }
        String text = Character.toString(c);
        String decomposed = java.text.Normalizer.normalize(text, Form.NFD);
        var base = new StringBuilder();
        decomposed.codePoints().filter(d -> !CharacterClasses.isNonSpacingMark(d)).forEach(base::appendCodePoint);
        if (base.compareTo(new StringBuilder(text)) == 0) {
            return ITSELF;
        }
        return base.isEmpty() ? NOTHING : base.toString().toCharArray();
    }
}
