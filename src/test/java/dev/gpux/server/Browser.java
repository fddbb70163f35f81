package dev.gpux.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A page in a headless Chromium, driven through its DevTools protocol. */
final class Browser implements AutoCloseable {
    private static final int MOST_SECONDS = 120;
    private static final int LEAST_SCREEN = 600;

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private int commands;

    /** Where Chromium is, if it is installed. */
    static Optional<Path> chromium() {
        return List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome").stream().map(Path::of)
            .filter(Files::isExecutable).findFirst();
    }

    /** Opens {@code url} in a window of this size. */
    Browser(Path chromium, Path profile, String url, int width, int height) throws IOException, InterruptedException {
        process = new ProcessBuilder(chromium.toString(), "--headless", "--no-sandbox", "--disable-gpu",
            "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars", "--remote-debugging-port=0",
            "--window-size=" + width + "," + height, "--user-data-dir=" + profile, url).redirectErrorStream(true)
            .redirectOutput(profile.resolveSibling("chromium.log").toFile()).start();
        try {
            socket = http.newWebSocketBuilder().buildAsync(URI.create(page(profile)), new WebSocket.Listener() {
                private final StringBuilder text = new StringBuilder();

                @Override
                public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
                    text.append(data);
                    if (last) {
                        answers.add(text.toString());
                        text.setLength(0);
                    }
                    webSocket.request(1);
                    return null;
                }
            }).join();
            // Chromium's own windows have a least width, which is more than a phone's.
            command("Emulation.setDeviceMetricsOverride", "{\"width\":" + width + ",\"height\":" + height
                + ",\"deviceScaleFactor\":1,\"mobile\":" + (width < LEAST_SCREEN) + "}");
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** The address of the page's debugger; Chromium writes its port into a file. */
    private String page(Path profile) throws IOException, InterruptedException {
        var file = profile.resolve("DevToolsActivePort");
        Served.await("Chromium listens", () -> Files.exists(file));
        Served.await("it has written its port", () -> {
            try {
                return Files.readAllLines(file).size() >= 2;
            } catch (IOException e) {
                return false;
            }
        });
        var list = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + Files.readAllLines(file).getFirst()
            + "/json/list")).build();
        var address = new AtomicReference<String>();
        Served.await("Chromium has a page", () -> {
            try {
                debugger(http.send(list, BodyHandlers.ofString()).body()).ifPresent(address::set);
            } catch (IOException | InterruptedException e) {
                // Not yet.
            }
            return address.get() != null;
        });
        return address.get();
    }

    private static Optional<String> debugger(String list) {
        for (var target : list.split("\\}")) {
            if (target.contains("\"type\": \"page\"")) {
                int at = target.indexOf("ws://");
                return Optional.of(target.substring(at, target.indexOf('"', at)));
            }
        }
        return Optional.empty();
    }

    /** Sends a command and gives its answer. */
    String command(String method, String parameters) throws InterruptedException {
        int id = ++commands;
        socket.sendText("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}", true).join();
        for (String answer = next(); ; answer = next()) {
            if (answer.startsWith("{\"id\":" + id + ",")) {
                return answer;
            }
        }
    }

    private String next() throws InterruptedException {
        var answer = answers.poll(MOST_SECONDS, TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("Chromium does not answer");
        }
        return answer;
    }

    /** The text that an expression gives in the page. */
    String evaluate(String expression) throws InterruptedException, IOException {
        var answer = command("Runtime.evaluate", "{\"awaitPromise\":true,\"returnByValue\":true,\"expression\":\""
            + String.valueOf(JsonStringEncoder.getInstance().quoteAsString("String(" + expression + ")")) + "\"}");
        if (answer.contains("\"exceptionDetails\"")) {
            throw new AssertionError(expression + ": " + answer);
        }
        return field(answer, "value");
    }

    private static String field(String json, String name) throws IOException {
        try (var parser = new JsonFactory().createParser(json)) {
            while (parser.nextToken() != null) {
                if (name.equals(parser.currentName()) && parser.currentToken().isScalarValue()) {
                    return parser.getText();
                }
            }
        }
        throw new IOException("no \"" + name + "\" in " + json);
    }

    /** Waits until an expression is true in the page. */
    void await(String expression) throws InterruptedException {
        Served.await(expression, () -> {
            try {
                return evaluate(expression).equals("true");
            } catch (IOException | InterruptedException e) {
                return false;
            }
        });
    }

    /** Chooses a file in the file field that a selector finds. */
    void choose(String selector, Path file) throws InterruptedException, IOException {
        var document = command("Runtime.evaluate", "{\"expression\":\"document.querySelector('" + selector + "')\"}");
        command("DOM.setFileInputFiles", "{\"files\":[\"" + file + "\"],\"objectId\":\"" + field(document, "objectId")
            + "\"}");
    }

    /** A picture of what the window shows, as PNG. */
    byte[] picture() throws InterruptedException, IOException {
        return Base64.getDecoder().decode(field(command("Page.captureScreenshot", "{}"), "data"));
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
