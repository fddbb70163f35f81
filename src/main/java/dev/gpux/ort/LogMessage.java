package dev.gpux.ort;

/**
 * One message of ORT's log.
 *
 * @param severity how grave it is
 * @param category ORT's category, such as {@code onnxruntime}
 * @param id the log id of the environment or the session it came from
 * @param location file, line and function in ORT's source
 * @param text the message
 */
public record LogMessage(LogSeverity severity, String category, String id, String location, String text) {
    /** {@code [WARNING] text}. */
    @Override
    public String toString() {
        return "[" + severity + "] " + text;
    }
}
