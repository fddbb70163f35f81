package dev.gpux.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.PaddingLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The generated layouts against the text of the headers: what is bound, in which order, at which offset. */
class AbiLayoutTest {
    /** The tables that ONNX Runtime hands out. A parser that overlooked one would make the other tests say nothing. */
    private static final Set<String> API_TABLES = Set.of("OrtApiBase", "OrtApi", "OrtModelEditorApi", "OrtCompileApi",
            "OrtInteropApi", "OrtEpApi");

    @TestFactory
    Stream<DynamicTest> everyMemberOfAFunctionTableSitsAtItsAbiOffset() {
        var tables = UpstreamHeaders.require().functionTables();
        assertTrue(tables.keySet().containsAll(API_TABLES), () -> "found only " + tables.keySet());
        return tables.entrySet().stream().map(table -> DynamicTest.dynamicTest(table.getKey(),
                () -> assertMatches(table.getValue(), layoutOf(table.getKey()))));
    }

    @TestFactory
    Stream<DynamicTest> theSlotsOfAnApiTableAreCountedInPointers() {
        var tables = UpstreamHeaders.require().functionTables();
        return API_TABLES.stream().map(name -> DynamicTest.dynamicTest(name, () -> {
            var layout = layoutOf(name);
            var members = tables.get(name);
            for (int slot = 0; slot < members.size(); slot++) {
                assertEquals(8L * slot, layout.byteOffset(PathElement.groupElement(members.get(slot).name())));
            }
            assertEquals(8L * members.size(), layout.byteSize());
        }));
    }

    /** Members are only ever appended; so the slots of one version are a range, and a table can be cut at a version. */
    @TestFactory
    Stream<DynamicTest> versionsNeverDecreaseAlongAnApiTable() {
        var tables = UpstreamHeaders.require().functionTables();
        return API_TABLES.stream().map(name -> DynamicTest.dynamicTest(name, () -> {
            int newest = 0;
            for (var member : tables.get(name)) {
                if (member.since() != 0) {
                    assertTrue(member.since() >= newest, () -> member + " stands after a newer member");
                    newest = member.since();
                }
            }
        }));
    }

    @Test
    void theApiVersionIsThatOfTheHeaders() {
        assertEquals(UpstreamHeaders.require().apiVersion(), OnnxRuntime.ORT_API_VERSION());
    }

    @Test
    void everythingTheHeadersDeclareIsBound() throws ReflectiveOperationException {
        var headers = UpstreamHeaders.require();
        for (var type : Stream.concat(headers.structs().stream(), headers.callbacks().stream()).toList()) {
            assertEquals(type, Class.forName("dev.gpux.ffi." + type).getSimpleName());
        }
        var bound = new HashSet<String>();
        for (var method : OnnxRuntime.class.getMethods()) {
            bound.add(method.getName());
        }
        var functions = headers.exports();
        assertTrue(functions.containsAll(List.of("OrtSessionOptionsAppendExecutionProvider_CUDA",
                "OrtSessionOptionsAppendExecutionProvider_CPU")), () -> "found only " + functions);
        var values = headers.enumValues();
        assertTrue(values.containsAll(List.of("ORT_OK", "ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E8M0")),
                () -> "found only " + values);
        var missing = Stream.concat(functions.stream(), values.stream()).filter(name -> !bound.contains(name)).toList();
        assertEquals(List.of(), missing, "add them to native-headers/includes.txt");
    }

    private static void assertMatches(List<UpstreamHeaders.Member> expected, GroupLayout actual) {
        var fields = actual.memberLayouts().stream().filter(field -> !(field instanceof PaddingLayout)).toList();
        assertEquals(expected.stream().map(UpstreamHeaders.Member::name).toList(),
                fields.stream().map(field -> field.name().orElseThrow()).toList());
        long offset = 0;
        for (var member : expected) {
            offset = Math.ceilDiv(offset, member.size()) * member.size();
            var path = PathElement.groupElement(member.name());
            MemoryLayout field = actual.select(path);
            assertEquals(member.size(), field.byteSize(), member.name());
            assertEquals(offset, actual.byteOffset(path), member.name());
            offset += member.size();
        }
        assertEquals(offset, actual.byteSize());
    }

    private static GroupLayout layoutOf(String struct) throws ReflectiveOperationException {
        return (GroupLayout) Class.forName("dev.gpux.ffi." + struct).getMethod("layout").invoke(null);
    }
}
