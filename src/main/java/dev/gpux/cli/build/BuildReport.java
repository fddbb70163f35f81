package dev.gpux.cli.build;

import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Terminal;
import dev.gpux.engine.GoldenResult;
import dev.gpux.store.Tagged;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ParseResult;

/** What {@code gpux build} says. */
final class BuildReport {
    private final Terminal terminal;
    private final boolean asJson;
    private final boolean quiet;

    BuildReport(ParseResult arguments, Terminal terminal) {
        this.terminal = terminal;
        this.asJson = CommonOptions.has(arguments, CommonOptions.JSON);
        this.quiet = CommonOptions.has(arguments, CommonOptions.QUIET);
    }

    /** Says how the tests went; whether all passed. */
    boolean tests(List<GoldenResult> results) {
        boolean passed = results.stream().allMatch(GoldenResult::passed);
        for (var result : results) {
            if (!result.passed()) {
                terminal.err().println(terminal.red("gpux: ") + "the test '" + result.name() + "' ("
                    + result.test().location() + ") failed: " + String.join("; ", result.differences()));
            }
        }
        if (passed && !results.isEmpty() && !quiet) {
            terminal.err().println(terminal.dim(results.size() + (results.size() == 1 ? " golden test" : " golden tests")
                + " passed"));
        }
        if (!passed && asJson) {
            printFailures(results);
        }
        return passed;
    }

    private void printFailures(List<GoldenResult> results) {
        Json.print(terminal, json -> {
            json.writeStartObject();
            json.writeBooleanField("passed", false);
            json.writeArrayFieldStart("tests");
            for (var result : results) {
                json.writeStartObject();
                json.writeStringField("name", result.name());
                json.writeBooleanField("passed", result.passed());
                json.writeArrayFieldStart("differences");
                for (var difference : result.differences()) {
                    json.writeString(difference);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** Says what is in the store now. */
    void done(BuildLock lock, List<Tagged> tagged, boolean unchanged) {
        if (asJson) {
            Json.print(terminal, json -> {
                json.writeStartObject();
                json.writeArrayFieldStart("models");
                for (var model : tagged) {
                    json.writeString(model.name().toString());
                }
                json.writeEndArray();
                json.writeBooleanField("unchanged", unchanged);
                json.writeFieldName("lock");
                lock.write(json);
                json.writeEndObject();
            });
            return;
        }
        if (!quiet) {
            terminal.err().println(terminal.dim(unchanged ? "unchanged since the last build"
                : "runs on " + lock.provider() + lock.latency().map(latency -> String.format(Locale.ROOT,
                    ", %.2f ms a run (median of %d)", latency.medianMillis(), latency.runs())).orElse("")));
        }
        tagged.forEach(model -> terminal.out().println(model.name() + "  " + model.bundle().abbreviated()));
    }
}
