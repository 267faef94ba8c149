float NAME_confidence(const NAME_result *result)
{
    return result->scores[result->best];
}

int NAME_decide(const NAME_result *result, float threshold)
{
    return NAME_confidence(result) >= threshold ? (int)result->best : -1;
}
