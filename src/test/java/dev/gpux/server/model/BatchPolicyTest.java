package dev.gpux.server.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchPolicyTest {
    @Test
    void aShareIsEnough() {
        var policy = new BatchPolicy(16, 0, List.of(), List.of());
        assertEquals(1, policy.enough(1));
        assertEquals(16, policy.enough(16));
        assertEquals(16, policy.enough(17));
    }

    @Test
    void aShareGrowsToThePreferredSize() {
        var policy = new BatchPolicy(16, 0, List.of(8, 4), List.of());
        assertEquals(4, policy.enough(1));
        assertEquals(4, policy.enough(4));
        assertEquals(8, policy.enough(5));
        assertEquals(16, policy.enough(9));
        assertEquals(16, policy.enough(99));
    }
}
