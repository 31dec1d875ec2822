package dev.together.broker;

class LocalBrokerTest extends BrokerContract {

    private final LocalBroker broker = new LocalBroker();

    @Override
    Broker here() {
        return broker;
    }

    @Override
    Broker there() {
        return broker;
    }
}
