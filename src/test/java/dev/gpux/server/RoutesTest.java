package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every path: what it answers, what it does not take, and that what is not there is not there. */
class RoutesTest {
    private static final String BODY = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\",\"data\":"
        + "[1,2,3,4,5,6,7,8,9,10]}]}";

    private static Served served;

    @BeforeAll
    static void serve(@TempDir Path folder) throws IOException {
        served = Served.local().with(folder, "tiny", Served.tiny()).with(folder, "loop", Served.loop());
    }

    @AfterAll
    static void end() {
        served.close();
    }

    private static Client.Answer ask(String method, String path, String body) throws IOException {
        try (var client = served.connect()) {
            client.send(method + " " + path + " HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body);
            return method.equals("HEAD") ? client.head() : client.answer();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/, 200, 405", "/?a=b, 200, 405", "/v2, 200, 405", "/v2/, 200, 405", "/v2/health/live, 200, 405",
        "/v2/health/ready, 200, 405", "/v2/models/stats, 200, 405", "/v2/models/tiny, 200, 405",
        "/v2/models/tiny/ready, 200, 405", "/v2/models/tiny/stats, 200, 405", "/v2/models/tiny/versions/1, 200, 405",
        "/v2/models/tiny/versions/1/ready, 200, 405", "/v2/models/tiny/versions/1/stats, 200, 405",
        "/metrics, 200, 405", "/openapi.json, 200, 405", "/page/models, 200, 405",
        "/v2/models/tiny/infer, 405, 200", "/v2/models/tiny/versions/1/infer, 405, 200",
        "/v2/repository/index, 405, 200", "/v2/repository/models/tiny/load, 405, 403",
        "/v2/repository/models/tiny/unload, 405, 403", "/predict, 405, 404", "/predict/tiny, 405, 400",
        "/v2/health, 404, 405", "/v2/health/other, 404, 405", "/v2/models, 404, 404", "/v2/models/none, 404, 405",
        "/v2/models/none/infer, 405, 404", "/v2/models/tiny/other, 404, 404", "/v2/models/tiny/ready/x, 404, 404",
        "/v2/models/tiny/versions, 404, 404", "/v2/models/tiny/versions/2, 404, 405",
        "/v2/models/tiny/versions/2/ready, 404, 405", "/v2/models/tiny/versions/2/stats, 404, 405",
        "/v2/models/tiny/versions/2/infer, 405, 404", "/v2/repository, 405, 404", "/v2/repository/models/tiny, 405, 404",
        "/v2/other, 404, 404", "/page, 404, 405", "/page/other, 404, 405", "/metrics/x, 404, 405", "/predict/a/b, 405, 404",
        "/openapi.json/x, 404, 405", "/favicon.ico, 404, 404", "/page.html, 404, 404"})
    void answers(String path, int get, int post) throws IOException {
        var got = ask("GET", path, "");
        assertEquals(get, got.status(), got::toString);
        assertEquals(get, ask("HEAD", path, "").status());
        var posted = ask("POST", path, BODY);
        assertEquals(post, posted.status(), posted::toString);
        for (var answer : List.of(got, posted)) {
            assertTrue(answer.status() < 400 || answer.text().startsWith("{\"error\":\""), answer::toString);
        }
        assertEquals(405, ask("OPTIONS", path, "").status());
        int deleted = ask("DELETE", path, "").status();
        assertTrue(deleted == 405 || deleted == 404, path + ": " + deleted);
    }

    /** What the document for programs lists is there, and takes what it says. */
    @Test
    void theDocumentIsTrue() throws IOException {
        var paths = new ArrayList<String>();
        try (var parser = new JsonFactory().createParser(Client.get(served.address(), "/openapi.json").text())) {
            var path = "";
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME) {
                    var name = parser.currentName();
                    path = name.startsWith("/") ? name : path;
                    if (name.equals("get") || name.equals("post")) {
                        paths.add(path);
                        int status = ask(name.equals("get") ? "GET" : "POST", path, "{}").status();
                        assertEquals(name.equals("get") ? 200 : 400, status, path);
                    }
                }
            }
        }
        assertTrue(paths.containsAll(List.of("/v2", "/v2/health/ready", "/v2/models/stats", "/v2/models/tiny/infer",
            "/predict/loop", "/metrics")), paths::toString);
    }
}
