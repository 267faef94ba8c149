float NAME_confidence(const NAME_result *result)
{
    return (float)(result->scores[result->best] + 128) / 256.0F;
}

int NAME_decide(const NAME_result *result, float threshold)
{
    return NAME_confidence(result) >= threshold ? (int)result->best : -1;
}
