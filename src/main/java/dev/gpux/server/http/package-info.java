/**
 * HTTP/1.1 for the server, small and strict: a {@link dev.gpux.server.http.HttpServer} gives every connection a virtual
 * thread, which reads one request after the other ({@link dev.gpux.server.http.Exchange}) and has a
 * {@link dev.gpux.server.http.Handler} answer it.
 *
 * <h2>Why not {@code jdk.httpserver}</h2>
 * The design began with it, and for small JSON it would do. It gives a handler the body as an {@code InputStream} and
 * takes the answer as an {@code OutputStream}, so every tensor would pass through arrays on the heap, twice; and it does
 * not hand out the socket, without which nobody can tell that a client has gone while the model runs. Its limits are
 * system properties of the whole process. What is here instead is a parser of heads, bodies with lengths and chunks, and
 * a socket: {@link dev.gpux.server.http.Body#readFully} reads from the socket into the memory that the model reads,
 * {@link dev.gpux.server.http.Exchange#answer} writes from ORT's memory to the socket.
 *
 * <h2>Who does what</h2>
 * A connection's virtual thread reads, parses and writes, and blocks in all three. One platform thread, the watch, looks
 * at every connection each 10 ms: it ends those whose client takes too long to send a request or to read an answer, and
 * while a connection waits for a run it looks whether the client has gone (a read finds the end) or the request's time is
 * up. A client that closes its sending side before it has the answer counts as gone.
 *
 * <h2>Refused, with the connection closed</h2>
 * Lines that do not end with CR LF, folded headers, a space before a colon, Content-Length twice or together with
 * Transfer-Encoding, codings other than chunked, sizes that are no numbers, heads and bodies beyond the
 * {@link dev.gpux.server.http.Limits}. HTTP/1.0 is answered.
 */
package dev.gpux.server.http;
