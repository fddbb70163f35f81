package dev.gpux.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ffi.OrtApi;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds the table of places against the generated bindings, whose own places are held against the headers. */
class ApiFunctionTest {
    private static final StructLayout TABLE = (StructLayout) OrtApi.layout();

    @ParameterizedTest
    @EnumSource
    void standsWhereTheGeneratedLayoutHasIt(ApiFunction function) {
        var member = member(function);
        assertEquals(TABLE.byteOffset(PathElement.groupElement(member)),
            function.index() * ValueLayout.ADDRESS.byteSize(), member);
    }

    @ParameterizedTest
    @EnumSource
    void takesOnlyPointersAndIntegersAndAsManyAsDeclared(ApiFunction function) throws ReflectiveOperationException {
        var descriptor = (FunctionDescriptor) Class.forName(OrtApi.class.getName() + "$" + member(function))
            .getMethod("descriptor").invoke(null);
        assertEquals(descriptor.argumentLayouts().size(), function.arguments());
        assertTrue(function.arguments() <= HeldMemory.ARGUMENTS);
        for (var argument : descriptor.argumentLayouts()) {
            assertTrue(isPointerOrInteger(argument), () -> function + ": " + argument);
        }
        assertTrue(descriptor.returnLayout().map(ApiFunctionTest::isPointerOrInteger).orElse(true));
    }

    private static boolean isPointerOrInteger(MemoryLayout layout) {
        return layout instanceof ValueLayout value
            && !(value instanceof ValueLayout.OfFloat || value instanceof ValueLayout.OfDouble);
    }

    /** The C name: the same letters in another case. */
    private static String member(ApiFunction function) {
        var letters = letters(function.name());
        return TABLE.memberLayouts().stream().map(layout -> layout.name().orElseThrow())
            .filter(name -> letters(name).equals(letters)).findFirst()
            .orElseThrow(() -> new AssertionError("the table has no " + function));
    }

    private static String letters(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }
}
