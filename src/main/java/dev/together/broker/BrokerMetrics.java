package dev.together.broker;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;

/** Whether the broker is there. */
@Singleton
class BrokerMetrics {

    private final Broker broker;
    private final MeterRegistry registry;

    BrokerMetrics(Broker broker, MeterRegistry registry) {
        this.broker = broker;
        this.registry = registry;
    }

    void start(@Observes StartupEvent event) {
        Gauge.builder("together.broker.connected", () -> broker.isConnected() ? 1 : 0)
                .description("1 while events can leave and arrive").register(registry);
    }
}
