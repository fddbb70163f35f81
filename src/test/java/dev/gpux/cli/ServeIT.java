package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code gpux serve} as a process. */
class ServeIT {
    @Test
    void servesTheRootExampleUntilItIsAskedToEnd() throws IOException, InterruptedException {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "signals are a matter of POSIX");
        var process = new GpuxProcess("serve", "--port", "0", "--json").start();
        try (var client = HttpClient.newHttpClient(); BufferedReader err = process.errorReader()) {
            assertTrue(err.readLine().matches(
                "serving sentence-embedding 1.0.0 on cpu.*, \\d+ workers, batches of up to 32"));
            var listening = err.readLine();
            assertTrue(listening.matches("listening on http://127.0.0.1:\\d+"), listening);
            var url = listening.substring("listening on ".length());
            assertTrue(process.inputReader().readLine().startsWith("{\"url\":\"" + url + "\",\"models\":[{\"name\":"));
            var answer = client.send(HttpRequest.newBuilder(URI.create(url + "/predict"))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString("{\"text\":\"hello world\"}"))
                .build(), BodyHandlers.ofString());
            assertEquals(200, answer.statusCode());
            assertTrue(answer.body().contains("\"embedding\""));
            assertEquals(0, new ProcessBuilder("kill", "-TERM", String.valueOf(process.pid())).start().waitFor());
            assertEquals("ending; requests under way have 20 s", err.readLine());
            assertEquals("ended", err.readLine());
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void failsAsOtherCommandsDo() {
        assertEquals(3, GpuxProcess.gpux("serve", "nothing-here.onnx", "--port", "0").code());
        assertEquals(3, GpuxProcess.gpux("serve", "--model-dir", "nothing-here", "--port", "0").code());
        assertEquals(2, GpuxProcess.gpux("serve", "a.onnx", "--model-dir", ".", "--port", "0").code());
        assertEquals(2, GpuxProcess.gpux("serve", "--port", "99999").code());
        assertEquals(4, GpuxProcess.gpux("serve", "--port", "0", "--require", "tensorrt").code());
    }
}
