package dev.gpux.gpuxfile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({"1,1", "512,512", "10B,10", "64KB,64000", "64kb,64000", "2GB,2000000000", "512MiB,536870912",
        "1.5 GB,1500000000", "1KiB,1024", "3TiB,3298534883328", "1tb,1000000000000",
            "9223372036854775807,9223372036854775807",
        "1.9B,1"})
    void reads(String text, long bytes) {
        assertEquals(OptionalLong.of(bytes), ByteSize.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"''", "0", "-1", "GB", "2G", "2 pounds", "1..5GB", ".5GB", "5.GB", "1e3", "9223372036854775808", "0.1",
        "99999999TiB", "1٣", "111111111111111111111111"})
    void refuses(String text) {
        assertEquals(OptionalLong.empty(), ByteSize.parse(text));
    }
}
