import java.io.IOException;

/** Reads lines and prints how many came in a second after the first so many. {@code Steady SKIPPED} */
final class Steady {
    private Steady() { }

    public static void main(String[] arguments) throws IOException {
        long skipped = Long.parseLong(arguments[0]);
        var buffer = new byte[1 << 16];
        long lines = 0;
        long start = 0;
        long first = 0;
        for (int size = System.in.read(buffer); size >= 0; size = System.in.read(buffer)) {
            for (int i = 0; i < size; i++) {
                lines += buffer[i] == '\n' ? 1 : 0;
            }
            if (start == 0 && lines >= skipped) {
                start = System.nanoTime();
                first = lines;
            }
        }
        System.out.println(Math.round((lines - first) * 1e9 / (System.nanoTime() - start)));
    }
}
