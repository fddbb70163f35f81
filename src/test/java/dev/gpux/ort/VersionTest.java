package dev.gpux.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ffi.OnnxRuntime;
import dev.gpux.ffi.UpstreamHeaders;
import dev.gpux.ort.library.LibraryException;
import dev.gpux.ort.library.LibraryRequest;
import dev.gpux.ort.library.LoadedLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One GPUX, many versions of ORT: what the loaded one has, and what it has not. */
class VersionTest {

    /** The comments in the header say since when each member is there. */
    @Test
    void knowsWhereEachVersionsTableEnds() {
        var headers = UpstreamHeaders.require();
        var members = headers.functionTables().get("OrtApi");
        assertEquals(Api.NEWEST, headers.apiVersion());
        for (int version = Api.OLDEST; version <= Api.NEWEST; version++) {
            int end = 0;
            while (end < members.size() && members.get(end).since() <= version) {
                end++;
            }
            assertEquals(end, Api.members(version), "members of 1." + version);
        }
        assertEquals(members.size(), Api.members(Api.NEWEST));
    }

    @Test
    void theBindingsAreOfTheNewestVersion() {
        assertEquals(OnnxRuntime.ORT_API_VERSION(), Api.NEWEST);
    }

    @Test
    void saysSinceWhen() {
        assertEquals(Api.OLDEST, Api.since(0));
        assertEquals(Api.OLDEST, Api.since(Api.members(Api.OLDEST) - 1));
        for (int version = Api.OLDEST + 1; version <= Api.NEWEST; version++) {
            for (int index = Api.members(version - 1); index < Api.members(version); index++) {
                assertEquals(version, Api.since(index));
            }
        }
    }

    @Test
    void theLoadedLibraryIsTheOneThatTheBuildAskedFor() {
        var environment = Environment.get();
        var wanted = System.getProperty("ort.version");
        assertEquals(wanted, environment.version());
        int minor = Integer.parseInt(wanted.split("\\.")[1]);
        assertEquals(Math.min(minor, Api.NEWEST), environment.apiVersion());
        assertEquals(8L * Api.members(environment.apiVersion()), environment.api().byteSize());
    }

    /** Each function is there, or is an exception that says what is needed; nothing is a jump into the unknown. */
    @Test
    void whatTheLibraryLacksIsSaid() {
        var api = Environment.get().gate();
        for (var function : ApiFunction.values()) {
            if (function.index() < Api.members(api.version())) {
                assertTrue(api.pointer(function).address() != 0, function::toString);
            } else {
                var e = assertThrows(OrtException.class, () -> api.pointer(function));
                assertEquals(ErrorCode.NOT_IMPLEMENTED, e.code());
                assertTrue(e.getMessage().contains("needs ONNX Runtime 1." + Api.since(function.index()))
                    && e.getMessage().contains(api.libraryVersion()), e::getMessage);
            }
        }
        var table = Environment.get().api();
        assertThrows(IndexOutOfBoundsException.class,
            () -> table.getAtIndex(ValueLayout.ADDRESS, Api.members(api.version())));
    }

    @Test
    void assignmentsNeedTwentyFour() {
        try (var options = new SessionOptions();
             var session = Session.open(Models.bytes(Models.plus(1)),
                 options.config("session.record_ep_graph_assignment_info", "1"))) {
            if (Environment.get().apiVersion() < 24) {
                var e = assertThrows(OrtException.class, session::assignment);
                assertTrue(e.getMessage().contains("1.24"), e::getMessage);
            } else {
                var assignment = session.assignment().getFirst();
                assertEquals("CPUExecutionProvider", assignment.provider());
                assertEquals("Add", assignment.nodes().getFirst().operator());
            }
        }
        try (var session = Models.open(Models.plus(1))) {
            assertThrows(OrtException.class, session::assignment, "it was not recorded");
        }
    }

    @ParameterizedTest
    @CsvSource({"1.22.0, 22", "1.29.1, 29", "1.100.0, 100", "1.30.0-dev, 30", "1.23, 23", "1., 0", "1, 0", "'', 0",
        "2.0.0, 0", "0.22.0, 0", "11.22.0, 0", "1.x, 0", "1.-22.0, 0", "1.9999999999.0, 0", "one.two, 0"})
    void readsTheMinorVersion(String version, int minor) {
        assertEquals(minor, Api.minorOf(version));
    }

    /** A library that is too old, played by an upcall, since the build has none. */
    @Test
    void refusesALibraryThatIsTooOld() throws Exception {
        for (var version : List.of("1.21.1", "1.9.0", "0.5.0", "what?")) {
            try (var arena = Arena.ofShared()) {
                var e = assertThrows(LibraryException.class, () -> Api.negotiate(FakeLibrary.of(arena, version)));
                assertEquals(LibraryException.Kind.TOO_OLD, e.kind());
                assertTrue(e.getMessage().contains(version) && e.getMessage().contains("1.22"), e::getMessage);
            }
        }
        try (var arena = Arena.ofShared()) {
            var e = assertThrows(LibraryException.class, () -> Api.negotiate(FakeLibrary.of(arena, "1.25.0")));
            assertTrue(e.getMessage().contains("1.25.0") && e.getMessage().contains("version 25"), e::getMessage);
        }
    }

    @Test
    void thereIsOneEnvironmentAProcess() {
        var environment = Environment.get();
        assertEquals(environment, Environment.get());
        var e = assertThrows(IllegalStateException.class, () -> Environment.start(EnvironmentOptions.defaults()));
        assertTrue(e.getMessage().contains(environment.version()), e::getMessage);
        assertThrows(IllegalStateException.class, () -> Environment.start(
            EnvironmentOptions.defaults().withLibrary(LibraryRequest.standard())));
        assertTrue(environment.compiledProviders().contains("CPUExecutionProvider"));
        assertTrue(environment.handle().address() != 0);
    }

    @Test
    void errorCodesAreThoseOfTheHeader() {
        var codes = UpstreamHeaders.require().enumValues().stream()
            .filter(name -> Arrays.stream(ErrorCode.values()).anyMatch(code -> name.equals("ORT_" + code))).toList();
        var known = Arrays.stream(ErrorCode.values()).filter(code -> code != ErrorCode.UNKNOWN)
            .map(code -> "ORT_" + code).toList();
        assertEquals(known, codes);
        for (int i = 0; i < known.size(); i++) {
            assertEquals("ORT_" + ErrorCode.of(i), known.get(i));
        }
        assertEquals(ErrorCode.UNKNOWN, ErrorCode.of(known.size()));
        assertEquals(ErrorCode.UNKNOWN, ErrorCode.of(-1));
        assertEquals(LogSeverity.WARNING, LogSeverity.of(OnnxRuntime.ORT_LOGGING_LEVEL_WARNING()));
        assertEquals(LogSeverity.FATAL, LogSeverity.of(99));
    }

    /** {@code OrtGetApiBase} of a library that does not exist. */
    private static final class FakeLibrary {
        private static final FunctionDescriptor GET_API =
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        private static final FunctionDescriptor GET = FunctionDescriptor.of(ValueLayout.ADDRESS);

        private final Arena arena;
        private final MemorySegment base;
        private final MemorySegment version;

        private FakeLibrary(Arena arena, String version) throws ReflectiveOperationException {
            this.arena = arena;
            this.base = arena.allocate(ValueLayout.ADDRESS, 2);
            this.version = arena.allocateFrom(version);
            base.setAtIndex(ValueLayout.ADDRESS, 0, function("noApi", GET_API));
            base.setAtIndex(ValueLayout.ADDRESS, 1, function("version", GET));
        }

        static LoadedLibrary of(Arena arena, String version) throws ReflectiveOperationException {
            var getApiBase = new FakeLibrary(arena, version).function("base", GET);
            var real = Environment.get().library();
            return new LoadedLibrary(real.path(), real.origin(), real.source(), real.symbols(), getApiBase, List.of());
        }

        private MemorySegment function(String method, FunctionDescriptor type) throws ReflectiveOperationException {
            return Linker.nativeLinker().upcallStub(
                MethodHandles.lookup().bind(this, method, type.toMethodType()), type, arena);
        }

        MemorySegment base() {
            return base;
        }

        MemorySegment version() {
            return version;
        }

        MemorySegment noApi(int wanted) {
            return MemorySegment.NULL;
        }
    }
}
