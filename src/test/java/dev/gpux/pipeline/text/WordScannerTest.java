package dev.gpux.pipeline.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The loops cut as the regular expressions that they stand for. */
class WordScannerTest {
    private static final List<String> PARTS = List.of("'s", "'S", "'ll", "'lL", "'VE", "'r", "'re", "'t", "'", "\u017F",
            " ", "  ", "\n", "\r\n", "\t", "\u00A0", "\u2028", "\u3000", "a", "B", "Cd", "\u00E9", "\u00C9", "\u00DF",
            "\u01C5", "\u02B0", "\u00AA", "\u0301", "\u20DD", "\u0903", "1", "23", "\u0663", "\u00BD", "\u2167",
            "\u65E5\u672C", "\u304B", "!", "?!", "/", "//", "...", "\u2026", "_", "\u20AC", "\uD83D\uDE00",
            "\uD835\uDD18", "\uD840\uDC00", "\u200D", "\u0000");

    @ParameterizedTest
    @EnumSource(WordScanner.class)
    void cutsAsItsRegularExpression(WordScanner scanner) {
        Pattern expression = Pattern.compile(scanner.expression(), Pattern.UNICODE_CHARACTER_CLASS);
        var random = new Random(1);
        for (int round = 0; round < 20_000; round++) {
            var text = new StringBuilder();
            for (int i = 1 + random.nextInt(12); i > 0; i--) {
                text.append(PARTS.get(random.nextInt(PARTS.size())));
            }
            List<String> expected = expression.matcher(text).results().map(match -> match.group()).toList();
            assertEquals(expected, words(scanner, text.toString()), () -> "text \"" + text + "\"");
        }
    }

    private static List<String> words(WordScanner scanner, String text) {
        char[] chars = text.toCharArray();
        var words = new ArrayList<String>();
        long match = scanner.next(chars, 0, 0, chars.length);
        while (match != TextPattern.NONE) {
            words.add(text.substring(TextPattern.start(match), TextPattern.end(match)));
            match = scanner.next(chars, 0, TextPattern.end(match), chars.length);
        }
        return words;
    }
}
