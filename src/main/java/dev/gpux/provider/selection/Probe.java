package dev.gpux.provider.selection;

import dev.gpux.ort.LogMessage;
import dev.gpux.ort.LogSeverity;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.provider.ExecutionProvider;
import dev.gpux.provider.LogCapture;
import dev.gpux.provider.OrtWords;
import dev.gpux.provider.ProviderException;

/**
 * Finds out whether a provider can be used, by using it: it is appended, and a session with the smallest model is
 * opened. "Available" in ORT means compiled in; that a library, a driver or a device is missing comes out only so.
 */
final class Probe {
    private Probe() { }

    static Candidate of(ExecutionProvider provider) {
        var info = provider.info();
        try (var options = new SessionOptions(); var log = LogCapture.from(LogSeverity.ERROR)) {
            // The probe is nobody's model: what goes wrong with it is told by the candidate, not by the log.
            options.log("gpux-probe", LogSeverity.ERROR);
            provider.append(options);
            try (var _ = Session.open(ProbeModel.bytes(), options)) {
                return Candidate.usable(info);
            } catch (OrtException e) {
                return Candidate.failed(info, true, "it was appended, but no session can be opened on it: "
                    + OrtWords.plain(e.getMessage()) + logged(log));
            }
        } catch (ProviderException e) {
            return Candidate.failed(info, false, e.reason());
        }
    }

    private static String logged(LogCapture log) {
        return log.messages().stream().map(LogMessage::text).map(OrtWords::plain).findFirst()
            .map(text -> " (" + text + ")").orElse("");
    }
}
