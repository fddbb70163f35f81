package dev.gpux.server.oip;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gpux.server.http.HttpException;
import java.io.CharConversionException;

/** What a JSON parser found, without what only its developers understand. */
public final class BrokenJson {
    private BrokenJson() { }

    /** The answer to a request whose JSON is broken; it says where. */
    public static HttpException of(JsonProcessingException e) {
        var text = e.getOriginalMessage();
        int cut = text.indexOf(", from `");
        var place = e.getLocation();
        return new HttpException(400, (place == null ? ""
            : "line " + place.getLineNr() + ", column " + place.getColumnNr() + ": ") + "broken JSON: "
            + (cut < 0 ? text : text.substring(0, cut) + ")"));
    }

    /** The answer to a request whose bytes are no text: what begins with a NUL is taken for UTF-32. */
    public static HttpException of(CharConversionException e) {
        return new HttpException(400, "broken JSON: it is not UTF-8");
    }
}
