import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/**
 * What serve.sh measures GPUX against: the JDK's own server, with virtual threads, that reads a body and answers a fixed
 * number of bytes. Run as a single file: java -Dsun.net.httpserver.nodelay=true Bare.java PORT ANSWER_BYTES
 */
public final class Bare {
    private Bare() { }

    public static void main(String[] args) throws IOException {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 1024);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        var answer = new byte[Integer.parseInt(args[1])];
        var buffer = ThreadLocal.withInitial(() -> new byte[65_536]);
        server.createContext("/", exchange -> {
            try (exchange; var in = exchange.getRequestBody()) {
                var bytes = buffer.get();
                while (in.read(bytes) >= 0) {
                    // It only has to arrive.
                }
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
    }
}
