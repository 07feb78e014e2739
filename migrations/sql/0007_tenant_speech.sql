-- How each business's calls are heard and spoken to; what is empty or NULL is as the installation has it.
-- Chains are names of providers, first choice first, as in STT_CHAIN and TTS_CHAIN. Which there are is the gateway's to
-- know: one that it cannot use is left out and reported.
ALTER TABLE tenants
    ADD COLUMN recognition_chain       text[] NOT NULL DEFAULT '{}'
        CHECK (cardinality(recognition_chain) <= 8 AND array_position(recognition_chain, NULL) IS NULL),
    ADD COLUMN synthesis_chain         text[] NOT NULL DEFAULT '{}'
        CHECK (cardinality(synthesis_chain) <= 8 AND array_position(synthesis_chain, NULL) IS NULL),
    ADD COLUMN azure_voice             text NOT NULL DEFAULT '',  -- such as en-US-JennyNeural
    ADD COLUMN azure_style             text NOT NULL DEFAULT '',  -- such as friendly; which there are depends on the voice
    ADD COLUMN azure_rate_percent      smallint CHECK (azure_rate_percent BETWEEN -50 AND 100),     -- faster above 0
    ADD COLUMN elevenlabs_voice_id     text NOT NULL DEFAULT '' CHECK (elevenlabs_voice_id ~ '^[A-Za-z0-9]*$'),
    ADD COLUMN elevenlabs_rate_percent smallint CHECK (elevenlabs_rate_percent BETWEEN -30 AND 20);
