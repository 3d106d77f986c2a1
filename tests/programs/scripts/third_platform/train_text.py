import platform_ml

if __name__ == "__main__":
    platform_ml.launch(platform_ml.TrainingSpec(script="text.py"), role="arn:aws:iam::111122223333:role/ml", inputs="s3://data/text")
