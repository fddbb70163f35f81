package dev.gpux.provider;

/** ORT's messages without the parts that speak to its developers: source files, conditions, error numbers. */
public final class OrtWords {
    private static final String ERROR = "[ONNXRuntimeError] : ";
    private static final String FALSE = " was false. ";

    private OrtWords() { }

    /** The reason alone. */
    public static String plain(String message) {
        var text = message.strip();
        int condition = text.lastIndexOf(FALSE);
        if (condition >= 0) {
            return text.substring(condition + FALSE.length()).strip();
        }
        int error = text.lastIndexOf(ERROR);
        if (error >= 0) {
            // [ONNXRuntimeError] : 1 : FAIL : words
            int number = text.indexOf(" : ", error + ERROR.length());
            int code = number < 0 ? -1 : text.indexOf(" : ", number + 3);
            if (code >= 0) {
                return text.substring(code + 3).strip();
            }
        }
        return text;
    }
}
