package dev.gpux.cli.verify;

import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.TextStream;
import java.util.List;

/** What {@code gpux verify} shows. */
final class VerifyReport {
    private VerifyReport() { }

    static long count(List<VerifiedCase> cases, VerifiedCase.Status status) {
        return cases.stream().filter(result -> result.status() == status).count();
    }

    static void line(Terminal terminal, VerifiedCase result) {
        var word = result.status().word();
        var detail = result.detail().isEmpty() ? "" : ": " + result.detail().strip();
        terminal.out().println((result.status() == VerifiedCase.Status.FAILED ? terminal.red(word)
            : result.status() == VerifiedCase.Status.SKIPPED ? terminal.dim(word) : word)
            + "  " + TextStream.oneLine(result.name() + detail));
    }

    static void summary(Terminal terminal, List<VerifiedCase> cases) {
        terminal.out().println(count(cases, VerifiedCase.Status.PASSED) + " passed, "
            + count(cases, VerifiedCase.Status.FAILED) + " failed, "
            + count(cases, VerifiedCase.Status.SKIPPED) + " skipped");
    }

    static void json(Terminal terminal, List<VerifiedCase> cases) {
        Json.print(terminal, json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("summary");
            for (var status : VerifiedCase.Status.values()) {
                json.writeNumberField(status.word(), count(cases, status));
            }
            json.writeEndObject();
            json.writeArrayFieldStart("cases");
            for (var result : cases) {
                json.writeStartObject();
                json.writeStringField("name", result.name());
                json.writeStringField("status", result.status().word());
                if (!result.detail().isEmpty()) {
                    json.writeStringField("detail", result.detail());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
