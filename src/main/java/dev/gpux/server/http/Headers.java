package dev.gpux.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The headers of a request, in their order. Names are compared without case. */
public final class Headers {
    private final List<String> names = new ArrayList<>(8);
    private final List<String> values = new ArrayList<>(8);

    Headers() { }

    void add(String name, String value) {
        names.add(name);
        values.add(value);
    }

    /** The number of header lines. */
    public int size() {
        return names.size();
    }

    /** The first header with this name. */
    public Optional<String> first(String name) {
        int at = indexOf(name, 0);
        return at < 0 ? Optional.empty() : Optional.of(values.get(at));
    }

    /** Whether a header with this name comes more than once. */
    boolean isRepeated(String name) {
        int at = indexOf(name, 0);
        return at >= 0 && indexOf(name, at + 1) >= 0;
    }

    /** Whether a comma-separated header has {@code token} among its elements, without case and parameters. */
    public boolean hasToken(String name, String token) {
        for (int at = indexOf(name, 0); at >= 0; at = indexOf(name, at + 1)) {
            var value = values.get(at);
            int start = 0;
            while (start <= value.length()) {
                int comma = value.indexOf(',', start);
                int end = comma < 0 ? value.length() : comma;
                int semicolon = value.indexOf(';', start);
                int cut = semicolon >= 0 && semicolon < end ? semicolon : end;
                if (value.substring(start, cut).strip().equalsIgnoreCase(token)) {
                    return true;
                }
                start = end + 1;
            }
        }
        return false;
    }

    private int indexOf(String name, int from) {
        for (int i = from; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }
}
